"""`python -m infra.consents`: all consents in one file, whole or not at all."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra.consents import export, main
from infra.staff_api import ATTEMPTS, ApiError, StaffApi
from tests.functional.test_consent_export import keep
from tests.support.http_calls import call, staff
from tests.support.world import World


@dataclass
class Reply:
    status: int
    data: bytes


@dataclass
class Line:
    """What urllib3's pool is to the API: calls go to the handler, or end as `broken` says."""

    broken: list[int] = field(default_factory=list)

    def request(self, method: str, url: str, headers: dict[str, str], **_: Any) -> Reply:
        if self.broken:
            return Reply(self.broken.pop(0), b'{"detail": "try again shortly"}')
        answer = call(method, url.removeprefix("http://temas"), headers=headers)
        return Reply(answer.status, answer.text.encode())


def api(world: World, *broken: int, **more: Any) -> StaffApi:
    line: Any = Line(list(broken))
    return StaffApi(
        url="http://temas", key=staff(world).key, http=line, sleep=world.pauses.append, **more
    )


def write(world: World, out: Path, form: str, *broken: int, since: str | None = None) -> list[Any]:
    told: list[float] = []
    rows, remarks = export(
        api(world, *broken), out, form=form, since=since, tell=lambda done, _: told.append(done)
    )
    assert told[-1] == 1
    return [rows, remarks]


def test_each_format_is_one_file_over_all_pages(world: World, tmp_path: Path) -> None:
    for number in range(230):
        keep(world, number)
    assert write(world, tmp_path / "a.csv", "iys_csv") == [460, []]
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("IZIN TURU,")
    assert len(set(lines)) == len(lines) == 461
    write(world, tmp_path / "a.json", "iys")
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))) == 460
    assert write(world, tmp_path / "b.json", "json")[0] == 230
    assert {row["purpose"] for row in json.loads((tmp_path / "b.json").read_text("utf-8"))} == {
        "marketing"
    }
    write(world, tmp_path / "b.csv", "csv")
    table = (tmp_path / "b.csv").read_text("utf-8")
    assert table.startswith("\ufeffcustomer_id;")
    assert table.count("customer_id") == 1


def test_nobody_is_an_empty_list(world: World, tmp_path: Path) -> None:
    write(world, tmp_path / "a.json", "iys")
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == []


def test_a_stage_that_is_busy_is_asked_again(world: World, tmp_path: Path) -> None:
    keep(world, 1)
    assert write(world, tmp_path / "a.csv", "iys_csv", 503, 502) == [2, []]
    assert world.pauses == [1.0, 2.0]


def test_a_file_is_written_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    keep(world, 1)
    out = tmp_path / "a.csv"
    out.write_text("yesterday's")
    with pytest.raises(ApiError, match="try again shortly"):
        write(world, out, "iys_csv", *[503] * ATTEMPTS)
    with pytest.raises(ApiError, match="since"):
        write(world, out, "iys_csv", since="yesterday")
    assert out.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [out]


def test_nobody_else_reads_it(world: World, tmp_path: Path) -> None:
    out = tmp_path / "new" / "a.csv"
    write(world, out, "iys_csv")
    assert out.stat().st_mode & 0o077 == 0


def test_what_was_left_out_lies_beside_it_and_is_counted(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(world, 1, country="DE")
    made = api(world)
    monkeypatch.setattr(StaffApi, "of_stage", lambda _stage: made)
    out = tmp_path / "izin.csv"
    assert main(["--stage", "prod", "--out", str(out)]) == 0
    assert "1 × not_in_turkey" in capsys.readouterr().out
    (remark,) = json.loads((tmp_path / "izin.csv.remarks.json").read_text("utf-8"))
    assert remark["recipient"] == "c1@example.com"
    assert len(out.read_text("utf-8").splitlines()) == 2


def test_without_a_key_it_says_how_to_get_one() -> None:
    with pytest.raises(ApiError, match="TEMAS_API_KEY"):
        StaffApi.of_stage("prod", {})


def test_a_name_that_tells_no_format_is_a_question(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--stage", "prod", "--out", str(tmp_path / "izin.xls")])

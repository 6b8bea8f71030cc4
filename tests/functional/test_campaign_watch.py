"""The bar in the terminal."""

from datetime import timedelta
from typing import Any

import pytest

from infra import campaigns
from infra.campaigns import Refused, line, main, watch
from tests.support.campaigning import act, crowd, drafted, template
from tests.support.http_calls import Staff, staff
from tests.support.world import World


def told(someone: Staff) -> campaigns.Get:
    def get(path: str) -> dict[str, Any]:
        answer = someone.get(path)
        if answer.status != 200:
            raise Refused(f"{answer.status}: {answer.json['detail']}")
        found: dict[str, Any] = answer.json
        return found

    return get


def test_a_campaign_is_watched_to_its_end(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    someone = staff(world)
    template(someone)
    crowd(world, 4)
    name = drafted(someone)
    act(someone, name, "start")

    assert watch(told(someone), name, sleep=lambda _: world.advance(timedelta(minutes=1))) == 0

    shown = [one for one in capsys.readouterr().out.splitlines() if not one.startswith("{")]
    assert shown[0].startswith("scheduled") or shown[0].startswith("running")
    assert "done" in shown[-2] or any(one.startswith("done") for one in shown)
    assert shown[-1].split() == ["sent", "due", "4"]


def test_a_bar_is_as_long_as_what_is_done() -> None:
    campaign = {
        "status": "running", "progress": 0.5, "looked_at": 1200, "planned": 1000, "waiting": 400,
        "outcomes": {"sent": {"due": 590}, "skipped": {"no_consent": 10}},
    }  # fmt: skip
    shown = line(campaign)
    assert shown.count("█") == shown.count("░") == 20
    assert "1,200 seen · 1,000 planned · 400 waiting · 590 sent · 10 skipped" in shown


def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.delenv("TEMAS_API_KEY", raising=False)
    monkeypatch.setenv("TEMAS_LOCAL_DIR", str(tmp_path))
    assert main(["watch", "cmp_1"]) == 1
    assert "make up" in capsys.readouterr().err
    assert main(["--stage", "prod", "watch", "cmp_1"]) == 1
    assert "TEMAS_API_KEY" in capsys.readouterr().err
    monkeypatch.setenv("TEMAS_API_KEY", "k")
    assert main(["--stage", "prod", "--api-url", "http://127.0.0.1:1", "watch", "cmp_1"]) == 1
    assert "does not answer" in capsys.readouterr().err

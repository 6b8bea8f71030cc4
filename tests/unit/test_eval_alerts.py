"""`make eval-alerts`: what it counts, what it takes, and what it says of bad data."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import eval_alerts
from infra.eval_results import Result
from infra.eval_series import Labelled, find, read
from infra.eval_windows import DataError
from tests.support.series import generate
from tests.support.series_files import write

QUICK = ("level_shift", "lone_spikes", "flatline", "missing_shift", "latency", "scaled_away")


def folder(tmp_path: Path, windows: object, **rows: str) -> Path:
    for name, text in rows.items():
        path = tmp_path / "data" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"timestamp,value\n{text}", encoding="utf-8")
    (tmp_path / "windows.json").write_text(json.dumps(windows), encoding="utf-8")
    return tmp_path


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = eval_alerts.main([str(path)])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.no_cover  # a hundred thousand readings through the same lines
@pytest.mark.parametrize("kind", QUICK)
def test_faults_are_caught_with_few_false_alerts(kind: str) -> None:
    results = []
    for seed in (21, 22, 23):
        series = generate(kind, seed)
        labelled = Labelled(name=kind, path=Path(), windows=series.windows)
        results.append(eval_alerts.judge(labelled, series.rows))
    assert sum(r.caught for r in results) >= 0.6 * sum(r.windows for r in results)
    assert all(r.false_a_week < 2 for r in results)


def test_a_folder_is_replayed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "deep" / "er", [generate("level_shift", 1), generate("noise", 1)])
    code, out, _ = run(tmp_path, capsys)
    lines = out.splitlines()
    assert code == 0
    assert lines[2].split()[:3] == ["deep/er/level_shift-1.csv", "4032", "1/1"]
    assert lines[3].split()[:3] == ["deep/er/noise-1.csv", "4032", "0/0"]
    assert lines[5].split()[:3] == ["total", "8064", "1/1"]


def test_only_an_alert_raised_inside_counts_and_the_lead_runs_to_the_windows_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    day = timedelta(days=1)
    alerts = [start + day, start + 4 * day, start + 5 * day, start + 12 * day]
    monkeypatch.setattr(eval_alerts, "raised", lambda rows, tell: alerts)
    windows = ((start + 3 * day, start + 6 * day), (start + 7 * day, start + 8 * day))
    labelled = Labelled(name="x", path=Path(), windows=windows)
    result = eval_alerts.judge(labelled, [(start, 1.0), (start + 14 * day, 1.0)])
    assert (result.caught, result.windows, result.false) == (1, 2, 2)
    assert result.false_a_week == 1
    assert result.leads == (2 * day,)


def test_a_series_of_one_moment_has_no_week_to_divide_by() -> None:
    one = Result(name="x", readings=1, windows=0, false=0, weeks=0, seconds=0.0, leads=())
    assert one.false_a_week == 0


@pytest.mark.parametrize("key", ["data/a.csv", "a.csv", "a", "./data/a.csv", "elsewhere/a.csv"])
def test_windows_find_their_series_by_path_or_name(tmp_path: Path, key: str) -> None:
    pairs = [["2026-01-01 00:00:00.000000", "2026-01-02"]]
    series, unknown = find(folder(tmp_path, {key: pairs, "b.csv": []}, a="2026-01-01,1\n"))
    assert series[0].windows == (
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    )
    assert unknown == ["b.csv"]


def test_another_name_of_the_windows_file_will_do(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": []}, a="2026-01-01,1\n")
    (path / "windows.json").rename(path / "combined_windows.json")
    assert find(path)[0][0].windows == ()


def test_rows_are_taken_by_time_whatever_their_order_columns_or_zone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "\ufeffvalue, Timestamp,label\n2,2026-01-01 02:00:00,x\n1,2026-01-01T01:00:00Z,y\n\n",
        encoding="utf-8",
    )
    assert [value for _, value in read(path)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-01-01 00:00:00,1\n2026-01-01 00:05:00,much\n", "line 3: the value 'much'"),
        ("2026-01-01 00:00:00,nan\n", "line 2: the value 'nan'"),
        ("yesterday,1\n", "line 2: 'yesterday' is no time"),
        ("2026-01-01 00:00:00\n", "line 2: has 1 columns"),
        ("", "has no rows"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    code, out, err = run(folder(tmp_path, {"a.csv": []}, a=text), capsys)
    assert (code, out) == (2, "")
    assert said in err
    assert "a.csv" in err


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ({"z.csv": []}, "names no series"),
        ([], "write an object"),
        ({"a.csv": {}}, "list of [start, end]"),
        ({"a.csv": [["2026-01-01"]]}, "window 1: write [start, end]"),
        ({"a.csv": [["2026-01-02", "2026-01-01"]]}, "swap"),
        ({"a.csv": [[1, 2]]}, "is no time"),
    ],
)
def test_bad_windows_are_refused_by_name(tmp_path: Path, windows: object, said: str) -> None:
    with pytest.raises(DataError) as refused:
        find(folder(tmp_path, windows, a="2026-01-01,1\n"))
    assert said in str(refused.value)


def test_an_empty_folder_one_without_windows_and_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no CSV"):
        find(tmp_path)
    (tmp_path / "a.csv").write_text("timestamp,value\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no windows\.json"):
        find(tmp_path)
    with pytest.raises(DataError, match="is no folder"):
        find(tmp_path / "none")


def test_a_series_that_has_no_windows_entry_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "2026-01-01,1\n2026-01-02,1\n"
    code, out, err = run(folder(tmp_path, {"a.csv": [], "c": []}, a=rows, b=rows), capsys)
    assert code == 0
    assert "data/b.csv: not in the windows file" in err
    assert "no series for 1 names of the windows file, e.g. c" in err
    assert "0/0" in out


def test_a_long_series_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eval_alerts, "_EVERY", -1.0)
    told: list[str] = []
    series = generate("prices", 1)
    eval_alerts.raised(series.rows[:40], told.append)
    assert told[2] == "50% of 40 readings"

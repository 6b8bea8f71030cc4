"""The programs that train triage and judge it, in the virtual environment that they have."""

import subprocess
from pathlib import Path

import pytest

from chalicelib.triage.model import Classifier
from chalicelib.triage.weights import unpacked

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".local" / "venv-train" / "bin" / "python"
pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="make eval-triage installs what this takes"
)
NAMES = ["accuracy", "oos_recall at 5% false hand-off", "p50_ms", "model_kb"]
TRAIN = """text,category
where is my order,order
my order has not come,order
the order is late,order
when does the order come,order
order still not here,order
I want a refund,money
give me my money back,money
refund my money please,money
my money was not refunded,money
when do I get the refund,money
"""
TEST = """text,category
my order is not here,order
please refund my money,money
"""


def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PYTHON, "-m", f"infra.{program}", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_four_figures_are_told(tmp_path: Path) -> None:
    train, test = written(tmp_path, "a.csv", TRAIN), written(tmp_path, "b.csv", TEST)
    oos = written(tmp_path, "c.csv", "text\nhow tall is the tower\n")
    done = run("eval_triage", "--train", train, "--test", test, "--oos", oos)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.rpartition(" ")[0] for line in lines] == NAMES
    values = [float(line.rpartition(" ")[2]) for line in lines]
    assert values[:2] == [1.0, 1.0]
    assert 0 < values[2] < 50
    assert 0 < values[3] < 100


def test_without_texts_about_nothing_there_is_no_recall(tmp_path: Path) -> None:
    train, test = written(tmp_path, "a.csv", TRAIN), written(tmp_path, "b.csv", TEST)
    done = run("eval_triage", "--train", train, "--test", test)
    assert "oos_recall at 5% false hand-off -" in done.stdout.splitlines()


def test_the_same_examples_give_the_same_model_in_any_order(tmp_path: Path) -> None:
    head, *rows = TRAIN.splitlines()
    backwards = "\n".join([head, *reversed(rows)])
    one, two = tmp_path / "one.model", tmp_path / "two.model"
    for text, out in ((TRAIN, one), (backwards, two)):
        done = run("train_triage", "--data", written(tmp_path, "a.csv", text), "--out", out)
        assert done.returncode == 0, done.stderr
        assert "order has only 5: add some" in done.stdout
    assert one.read_bytes() == two.read_bytes()
    assert Classifier(unpacked(one.read_bytes())).classify("refund").label == "money"


def test_what_is_about_nothing_may_be_among_the_examples(tmp_path: Path) -> None:
    extra = "".join(f"{text},oos\n" for text in ("tell me a joke", "what is the weather", "sing"))
    out = tmp_path / "it.model"
    done = run("train_triage", "--data", written(tmp_path, "a.csv", TRAIN + extra), "--out", out)
    assert done.returncode == 0, done.stderr
    classifier = Classifier(unpacked(out.read_bytes()))
    assert {guess.label for guess in classifier.classify("tell me").guesses} == {"order", "money"}


def test_corrections_are_examples_too(tmp_path: Path) -> None:
    corrections = "text,category\n" + "".join(f"it broke number {n},damaged\n" for n in range(5))
    files = [written(tmp_path, "a.csv", TRAIN), written(tmp_path, "b.csv", corrections)]
    out = tmp_path / "it.model"
    assert run("train_triage", "--data", *files, "--out", out).returncode == 0
    assert Classifier(unpacked(out.read_bytes())).classify("it broke").label == "damaged"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("text,category\na,x\nb,x\n", "two categories at least"),
        ("text,category\na,x\nb,y\n", "no category has two different examples"),
        ("text,category\na,x\n,y\n", "line 3: text is empty"),
    ],
)
def test_what_can_not_be_trained_from_is_refused(tmp_path: Path, content: str, says: str) -> None:
    out = tmp_path / "it.model"
    done = run("train_triage", "--data", written(tmp_path, "a.csv", content), "--out", out)
    assert done.returncode == 2
    assert says in done.stderr
    assert not out.exists()

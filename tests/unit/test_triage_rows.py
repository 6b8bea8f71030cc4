"""Labelled texts: what is read, and what is refused with file and line."""

from pathlib import Path

import pytest

from infra.triage_rows import DataError, Example, examples, fingerprint, texts


def written(folder: Path, content: str, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def test_each_row_is_a_text_and_its_category(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufefftext,category\r\n"Nerede, kargom?",order_status\r\n')
    assert examples(path) == [Example(text="Nerede, kargom?", category="order_status")]


def test_other_columns_and_another_order_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "id,category,text\n1,refund,where is my money\n")
    assert examples(path) == [Example(text="where is my money", category="refund")]


def test_a_folder_stands_for_all_its_files(tmp_path: Path) -> None:
    written(tmp_path, "text,category\na,x\n", "one.csv")
    written(tmp_path, "text,category\nb,y\n", "two.csv")
    assert [one.text for one in examples(tmp_path)] == ["a", "b"]


def test_texts_need_no_category(tmp_path: Path) -> None:
    assert texts(written(tmp_path, "text\nhi\nyou\n")) == ["hi", "you"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "line 1: no column 'text'"),
        ("text;category\na;b\n", "line 1: no column 'text'; the header is text,category"),
        ("text,label\na,b\n", "line 1: no column 'category'"),
        ("text,category\n", "no rows under the header"),
        ("text,category\na,b\n,c\n", "line 3: text is empty; fill it"),
        ("text,category\na,b\nc\n", "line 3: category is empty"),
    ],
)
def test_what_is_missing_is_named_with_its_line(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        examples(written(tmp_path, content))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("text,category\nşikayet,x\n".encode("iso-8859-9"))
    with pytest.raises(DataError, match="not UTF-8"):
        examples(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.csv: No such file"):
        examples(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="no CSV file in this folder"):
        examples(tmp_path)


def test_a_set_of_examples_has_one_name_whatever_their_order() -> None:
    one, two = Example(text="a", category="x"), Example(text="b", category="y")
    assert fingerprint([one, two]) == fingerprint([two, one, one])
    assert fingerprint([one]) != fingerprint([two])

"""The zip and the template that are deployed, built once and looked into."""

import ast
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.functions import FUNCTIONS, lambda_name
from infra.local.layout import layout
from infra.package import functions, mappings
from infra.policies import ROOT

STAGE = "local"
NEVER = {"boto3", "botocore", "s3transfer", "moto", "pytest", "pip", "setuptools", "infra", "tests"}
MAX_BYTES = 7_000_000


def build(out: Path, *flags: str) -> Path:
    command = [sys.executable, "-m", "infra.package", "--stage", STAGE, "--out", str(out), *flags]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "COV"))}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def archive(package: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(package / "deployment.zip") as opened:
        yield opened


@pytest.fixture(scope="module")
def template(package: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((package / "sam.json").read_text())
    return loaded


@pytest.fixture(scope="module")
def unpacked(archive: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("task")
    archive.extractall(directory)
    return directory


def import_alone(task: Path, handler: str) -> subprocess.CompletedProcess[str]:
    """Import a handler as Lambda would."""
    module, name = handler.rsplit(".", 1)
    return run_alone(task, f"import {module} as m; m.{name}")


def run_alone(task: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that has the zip, boto3, and nothing else of ours."""
    code = f"import sys; sys.path.insert(0, {str(task)!r}); {code}"
    return subprocess.run(
        [str(layout().ministack_python), "-I", "-c", code],
        cwd=task,
        env={"TEMAS_STAGE": STAGE, "AWS_REGION": "eu-central-1", "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_zip_is_small(package: Path) -> None:
    assert (package / "deployment.zip").stat().st_size <= MAX_BYTES


def test_the_zip_holds_nothing_that_lambda_has_or_development_needs(
    archive: zipfile.ZipFile,
) -> None:
    assert {name.split("/")[0] for name in archive.namelist()}.isdisjoint(NEVER)
    assert not [name for name in archive.namelist() if name.startswith("chalice/cli")]


def test_the_zip_holds_all_of_the_application(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    ours = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*")]
    for path in ours:
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    assert "chalicelib/playbook.toml" in names


def test_every_module_has_byte_code_that_is_taken_unchecked(archive: zipfile.ZipFile) -> None:
    tag = sys.implementation.cache_tag
    names = set(archive.namelist())
    for source in (name for name in names if name.endswith(".py")):
        directory, _, module = source.rpartition("/")
        prefix = f"{directory}/" if directory else ""
        assert f"{prefix}__pycache__/{module.removesuffix('.py')}.{tag}.pyc" in names
    compiled = [name for name in names if name.endswith(".pyc")]
    assert len(compiled) > 500
    for name in compiled:
        (flags,) = struct.unpack("<I", archive.read(name)[4:8])
        assert flags == 0b01  # a hash, not a time stamp; and not to be compared


def test_of_installed_packages_there_is_byte_code_alone(archive: zipfile.ZipFile) -> None:
    sources = {name.split("/")[0] for name in archive.namelist() if name.endswith(".py")}
    assert sources == {"app.py", "chalice", "chalicelib"}


def test_the_byte_code_is_what_runs(unpacked: Path, tmp_path: Path) -> None:
    shutil.copytree(unpacked, tmp_path / "task")
    (tmp_path / "task" / "app.py").write_text("this is not Python")
    done = import_alone(tmp_path / "task", "app.app")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_handler_imports_from_the_zip_alone(
    function: str, template: dict[str, Any], unpacked: Path
) -> None:
    (found,) = [f for f in functions(template) if f["FunctionName"] == lambda_name(STAGE, function)]
    done = import_alone(unpacked, found["Handler"])
    assert done.returncode == 0, done.stderr


def test_whatever_the_source_imports_is_in_the_zip(unpacked: Path) -> None:
    """Also what a function imports only when it needs it."""
    imported = set()
    for source in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module)
    code = f"import importlib; [importlib.import_module(name) for name in {sorted(imported)!r}]"
    done = run_alone(unpacked, code)
    assert done.returncode == 0, done.stderr


def test_the_template_has_every_function_and_no_other(template: dict[str, Any]) -> None:
    found = {function["FunctionName"]: function for function in functions(template)}
    assert set(found) == {lambda_name(STAGE, function) for function in FUNCTIONS}
    for name, wanted in FUNCTIONS.items():
        function = found[lambda_name(STAGE, name)]
        assert function["Timeout"] == wanted.timeout
        assert function["MemorySize"] == wanted.memory_mb
        assert function["Environment"] == {"Variables": {"TEMAS_STAGE": STAGE}}
        assert function["Tracing"] == "PassThrough"


def test_each_function_reads_its_queue(template: dict[str, Any]) -> None:
    for function in functions(template):
        queues = [mapping["Queue"]["Fn::Sub"] for mapping in mappings(function)]
        (wanted,) = [
            definition.reads
            for name, definition in FUNCTIONS.items()
            if lambda_name(STAGE, name) == function["FunctionName"]
        ]
        expected = [wanted] if wanted else []
        assert [queue.rpartition(f"temas-{STAGE}-")[2] for queue in queues] == expected
        for mapping in mappings(function):
            # chalice cannot ask for it, so what `chalice deploy` makes is without.
            assert "FunctionResponseTypes" not in mapping


def test_each_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions(template)]
    assert len(set(roles)) == len(FUNCTIONS)
    for role in roles:
        (policy,) = template["Resources"][role]["Properties"]["Policies"]
        written = json.dumps(policy["PolicyDocument"])
        assert f"temas-{STAGE}" in written


def test_building_again_gives_the_same_zip_and_may_ask_for_item_failures(
    package: Path, tmp_path: Path
) -> None:
    again = build(tmp_path, "--report-batch-item-failures")
    first, second = (path / "deployment.zip" for path in (package, again))
    assert first.read_bytes() == second.read_bytes()
    document = json.loads((again / "sam.json").read_text())
    asked = [m for function in functions(document) for m in mappings(function)]
    assert len(asked) == sum(bool(function.reads) for function in FUNCTIONS.values())
    assert all(m["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for m in asked)

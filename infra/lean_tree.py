"""What becomes of a directory of packages before it is a zip for Lambda."""

import py_compile
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

# Type stubs, C sources, the assets of powertools' Swagger page; the
# parts of powertools that do what chalice, msgspec or the table do here; the phone numbers of
# ambulances; stemmers of languages other than English. A test imports every module that the
# application's source names, lazily or not, from the zip.
_NEVER_OPENED = (
    "*.dist-info",
    "*.data",
    "bin",
    "**/*.pyi",
    "**/*.typed",
    "**/*.c",
    "ecdsa/test_*.py",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parser",
    "phonenumbers/shortdata/region_*",
    "snowballstemmer/[!e]*_stemmer.py",  # chalicelib/triage/words.py enters by the side door
    "snowballstemmer/es*_stemmer.py",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def drop_what_is_never_opened(tree: Path) -> None:
    """Delete what no function opens."""
    for pattern in _NEVER_OPENED:
        for path in list(tree.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def replace_sources(tree: Path) -> None:
    """Put byte-code in the place of every Python source: an installed package is not read by
    people, and its sources are a fifth of the zip."""
    for source in list(tree.rglob("*.py")):
        _compile(tree, source, cfile=str(source.with_suffix(".pyc")))
        source.unlink()


def compile_sources(tree: Path, files: Iterable[Path]) -> None:
    """Put byte-code that is taken unchecked beside every Python source among the files."""
    for source in (path for path in files if path.suffix == ".py"):
        _compile(tree, source)


def _compile(tree: Path, source: Path, cfile: str | None = None) -> None:
    py_compile.compile(
        str(source),
        cfile=cfile,
        dfile=f"/var/task/{source.relative_to(tree).as_posix()}",  # where Lambda unpacks it
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def write_zip(tree: Path, target: Path) -> None:
    """Zip the tree, with nothing in the zip that depends on when or where it was made."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())

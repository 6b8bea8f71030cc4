"""The zip that the functions run from, made lean and quick to start.

chalice's own packager lets pip follow dependencies, and pynamodb's brings botocore: 16 MB that
Lambda has anyway. It also ships no byte-code, which doubles the time of a first import. This is
chalice's packager with three differences:

- only what `requirements.txt` lists is installed, and what no function ever opens is left out;
- each module has its byte-code beside it, marked *unchecked*: the interpreter takes it without
  comparing it with the source, whose time stamp no zip keeps well. An interpreter of another
  version passes over it and compiles, as it would have done without;
- the same sources give the same zip, byte for byte.

Installed packages are kept in `.local/site-packages` until `requirements.txt` or this file changes,
so packaging needs the network once.
"""

import hashlib
import os
import platform
import py_compile
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalice.deploy.packager import LambdaDeploymentPackager

# Type stubs, C sources, scripts' data, and the assets of powertools' Swagger page.
_NEVER_OPENED = {".pyi", ".typed", ".c", ".js", ".css"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


class LeanPackager(LambdaDeploymentPackager):
    """Stands in for chalice's packager. Raises chalice's MissingDependencyError when a package has
    no build for Lambda, where chalice itself prints a warning and ships a broken zip."""

    def create_deployment_package(self, project_dir: str, python_version: str) -> str:
        """Build the zip and return its path."""
        project = Path(project_dir)
        target = project / ".chalice" / "deployments" / f"temas-{python_version}.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            tree = Path(scratch, "tree")
            shutil.copytree(self._site_packages(project, python_version), tree)
            app = list(self._add_app(tree, project_dir))
            _compile(tree, app)
            _zip(tree, Path(scratch, "lean.zip"))
            # In one step: another process may be copying the old one.
            Path(scratch, "lean.zip").replace(target)
        return str(target)

    def _add_app(self, tree: Path, project_dir: str) -> Iterator[Path]:
        for source, name in self._iter_app_filenames(project_dir):
            if "__pycache__" not in Path(name).parts:
                target = tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                yield Path(shutil.copyfile(source, target))

    def _site_packages(self, project: Path, python_version: str) -> Path:
        requirements = project / "requirements.txt"
        key = hashlib.sha256(requirements.read_bytes() + Path(__file__).read_bytes())
        key.update(f"{python_version} {platform.python_version()} {self._architecture}".encode())
        cache = project / ".local" / "site-packages"
        ready = cache / key.hexdigest()[:16]
        if not ready.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                fresh = Path(scratch, "fresh")
                self._install(python_version, requirements, fresh)
                _drop_what_is_never_opened(fresh)
                _compile(fresh, list(fresh.rglob("*.py")))
                if not ready.exists():  # another process may have been quicker
                    fresh.replace(ready)
            _forget_all_but(ready)
        return ready

    def _install(self, python_version: str, requirements: Path, target: Path) -> None:
        before = os.environ.get("PIP_NO_DEPS")
        os.environ["PIP_NO_DEPS"] = "1"  # chalice runs pip itself: there is no argument to pass
        try:
            abi = self._RUNTIME_TO_ABI[python_version]
            self._dependency_builder.build_site_packages(abi, str(requirements), str(target))
        finally:
            if before is None:
                del os.environ["PIP_NO_DEPS"]
            else:
                os.environ["PIP_NO_DEPS"] = before


def use() -> None:
    """Make chalice, in this process, package with LeanPackager.

    chalice builds its deployer from names in its own module and has no setting for this one, so
    the name is replaced. `chalice` called plainly is not affected, and works: its zip is only
    larger and slower to start.
    """
    from chalice.deploy import deployer

    module: Any = deployer
    module.LambdaDeploymentPackager = LeanPackager


def _drop_what_is_never_opened(tree: Path) -> None:
    for directory in [*tree.glob("*.dist-info"), *tree.glob("*.data")]:
        shutil.rmtree(directory)
    for path in tree.rglob("*"):
        if path.suffix in _NEVER_OPENED:
            path.unlink()


def _compile(tree: Path, sources: list[Path]) -> None:
    for source in (path for path in sources if path.suffix == ".py"):
        py_compile.compile(
            str(source),
            dfile=f"/var/task/{source.relative_to(tree).as_posix()}",  # where Lambda unpacks it
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def _zip(tree: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def _forget_all_but(ready: Path) -> None:
    for path in ready.parent.iterdir():
        # What another process is building right now has a name that tempfile gave it.
        if path != ready and not path.name.startswith("tmp"):
            shutil.rmtree(path, ignore_errors=True)

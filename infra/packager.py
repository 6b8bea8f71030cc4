"""The zip that the functions run from, made lean and quick to start.

chalice's own packager lets pip follow dependencies, and pynamodb's brings botocore: 16 MB that
Lambda has anyway. It also ships no byte-code, which doubles the time of a first import. This is
chalice's packager with three differences:

- only what `requirements.txt` lists is installed, and what no function ever opens is left out;
- each module of ours has its byte-code beside it, marked *unchecked*: the interpreter takes it
  without comparing it with the source, whose time stamp no zip keeps well. Of installed packages
  there is the byte-code alone: the functions run the Python that packaged them;
- the same sources give the same zip, byte for byte.

Installed packages are kept in `.local/site-packages` until `requirements.txt` or the packaging
itself changes, so packaging needs the network once.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalice.deploy.packager import LambdaDeploymentPackager

from infra import lean_tree


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
            lean_tree.compile_sources(tree, self._add_app(tree, project_dir))
            lean_tree.write_zip(tree, Path(scratch, "lean.zip"))
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
        kind = f"{type(self).__name__} {python_version} {self._architecture} {platform.platform()}"
        key = hashlib.sha256(kind.encode())
        for source in (requirements, Path(__file__), Path(lean_tree.__file__)):
            key.update(source.read_bytes())
        cache = project / ".local" / "site-packages"
        ready = cache / key.hexdigest()[:16]
        if not ready.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                fresh = Path(scratch, "fresh")
                self._install(python_version, requirements, fresh)
                lean_tree.drop_what_is_never_opened(fresh)
                lean_tree.replace_sources(fresh)
                if not ready.exists():  # another process may have been quicker
                    fresh.replace(ready)
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


class HostPackager(LeanPackager):
    """Takes packages with compiled parts as this machine needs them, and not as Lambda does, for an
    embedded AWS on a machine that is not like Lambda's."""

    def _install(self, _python_version: str, requirements: Path, target: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
        subprocess.run([*pip, "-r", str(requirements), "--target", str(target)], check=True)


def host_is_like_lambda() -> bool:
    """Whether what is built for Lambda runs on this machine: Linux, x86-64, glibc."""
    libc, _ = platform.libc_ver()
    return (platform.system(), platform.machine(), libc) == ("Linux", "x86_64", "glibc")


def use(packager: type[LeanPackager]) -> None:
    """Make chalice, in this process, package with this packager.

    chalice builds its deployer from names in its own module and has no setting for this one, so
    the name is replaced. `chalice` called plainly is not affected, and works: its zip is only
    larger and slower to start.
    """
    from chalice.deploy import deployer

    module: Any = deployer
    module.LambdaDeploymentPackager = packager

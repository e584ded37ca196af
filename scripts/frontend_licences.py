"""The licences of the packages inside the built page, from their own files: they ask to be passed on."""

import json
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


def licences(frontend: Path = FRONTEND) -> str:
    """Name, version, licence and licence text of each package of the lock that is not for building only."""
    packages = json.loads((frontend / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = sorted(name for name, package in packages.items() if name and not package.get("dev"))
    return "\n\n".join(_one(frontend / name, packages[name]) for name in shipped) + "\n"


def _one(folder: Path, package: dict[str, str]) -> str:
    texts = [path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("LICEN[CS]E*"))]
    name = folder.as_posix().rpartition("node_modules/")[2]
    return "\n\n".join([f"== {name} {package['version']} ({package.get('license', 'licence not stated')})", *texts])


if __name__ == "__main__":
    print(licences(), end="")

"""The SHA-256 over all that the page is built from: `scripts/frontend` records it, a test compares it."""

import hashlib
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
ALONE = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def digest(frontend: Path = FRONTEND) -> str:
    """Over name, length and bytes of each source, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(
        [*(frontend / name for name in ALONE), *(p for p in (frontend / "src").rglob("*") if p.is_file())]
    ):
        body = path.read_bytes()
        total.update(f"{path.relative_to(frontend).as_posix()}\0{len(body)}\0".encode() + body)
    return total.hexdigest()


if __name__ == "__main__":
    print(digest())

"""The machine's disk, kernel and initrd: built from Debian by mmdebstrap, kept under the hash of their recipe."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

RECIPE = Path(__file__).parent / "image"
SUITE, MIRROR = "trixie", "http://deb.debian.org/debian"
PICAMERA2, RPI_LGPIO, LGPIO = "0.3.38", "0.6", "0.2.2.0"
SIZE = "2G"  # sparse
LABEL = "pi"  # of its file system: disks are not found in the order of the command line
LINES = 60  # of what went wrong
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # who builds behind a proxy of its own has added it here
COMPILERS = (  # they run on this machine's processor, and make what is for the image's
    "gcc-for-host:{architecture}", "libc6-dev:{architecture}", "libpython3-dev:{architecture}", "linux-source-6.12",
    "gcc", "make", "python3-pip", "swig", "xz-utils", "dpkg-dev", "ca-certificates",
)  # fmt: skip
SYSTEM = (
    "linux-image-{architecture}", "initramfs-tools", "zstd", "systemd", "systemd-sysv", "udev", "dbus", "kmod",
    "passwd", "e2fsprogs", "python3", "python3-venv", "python3-numpy", "python3-yaml", "python3-pil", "python3-systemd",
    "python3-tqdm", "python3-libcamera", "libcamera-ipa", "python3-piexif", "python3-prctl", "python3-jsonschema",
)  # fmt: skip
APT = (
    "Apt::Install-Recommends false",
    "#clear DPkg::Pre-Install-Pkgs",  # debconf would unpack every package for its questions, which nobody is asked
)
UNREAD = (  # what udev knows of devices that are not there takes minutes to compile under emulation
    *(f"/usr/share/{folder}" for folder in ("man", "doc", "locale", "info")),
    "/usr/lib/udev/hwdb.d",
)


@dataclass(frozen=True, slots=True)
class Image:
    """Files of one folder in the cache; never written to once they are there."""

    folder: Path

    @property
    def disk(self) -> Path:
        """Raw, one ext4 without partitions."""
        return self.folder / "disk"

    @property
    def kernel(self) -> Path:
        """Debian's own."""
        return self.folder / "kernel"

    @property
    def initrd(self) -> Path:
        """With what it takes to mount the disk."""
        return self.folder / "initrd"


def cache() -> Path:
    """Where images are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "edge-handsign" / "vm"


def image(architecture: str) -> Image:
    """The one that this recipe makes, from the cache or now; OSError or CalledProcessError when not."""
    folder = cache() / f"{architecture}-{_recipe()}"
    if not folder.is_dir():
        made = _made(architecture)
        with TemporaryDirectory(dir=cache(), prefix="draft-") as name:
            draft = Path(name) / "image"
            draft.mkdir()
            _build(architecture, made, draft)
            draft.rename(folder)
    return Image(folder)


def _recipe(*parts: str) -> str:
    """Twelve digits that change with whatever an image is made of; `parts` of the recipe, or all."""
    whole = hashlib.sha256(repr((SUITE, PICAMERA2, RPI_LGPIO, LGPIO, SIZE, COMPILERS, SYSTEM, APT, UNREAD)).encode())
    for file in sorted(path for path in RECIPE.rglob("*") if path.is_file()):
        inside = file.relative_to(RECIPE)
        if not parts or inside.parts[0] in parts:
            whole.update(f"{inside}\0".encode() + file.read_bytes())
    return whole.hexdigest()[:12]


def _made(architecture: str) -> Path:
    """What the workshop makes; it is needed again whenever only the files of the image change."""
    folder = cache() / f"made-{architecture}-{_recipe('workshop', 'modules', 'pykms.py')}"
    if not folder.is_dir():
        cache().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache(), prefix="draft-") as draft:
            _debian(
                ",".join({_ours(): None, architecture: None}),
                _of(architecture, COMPILERS),
                "/dev/null",
                f"copy-in {RECIPE} /",
                *([f'cat {CERTIFICATES} >> "$1"{CERTIFICATES}'] if CERTIFICATES.is_file() else []),
                f'chroot "$1" /image/workshop {architecture} {PICAMERA2} {RPI_LGPIO} {LGPIO}',
                f"copy-out /out {draft}",
            )
            (Path(draft) / "out").rename(folder)
    return folder


def _build(architecture: str, made: Path, draft: Path) -> None:
    with TemporaryDirectory(dir=cache(), prefix="root-") as name:
        tree = Path(name)
        _debian(
            architecture,
            _of(architecture, SYSTEM),
            str(tree / "root"),
            f"copy-in {RECIPE} {made} /",
            f'chroot "$1" /image/finish /{made.name} /image/files',
            f'rm -r "$1/image" "$1/{made.name}"',
        )
        for part in ("kernel", "initrd"):
            shutil.move(tree / "root" / part, draft / part)
        subprocess.run(["truncate", "--size", SIZE, draft / "disk"], check=True)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", LABEL, "-d", tree / "root", draft / "disk"], check=True)


def _ours() -> str:
    """Debian's name for the architecture of this machine."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def _of(architecture: str, packages: tuple[str, ...]) -> str:
    return ",".join(packages).format(architecture=architecture)


def _debian(architectures: str, packages: str, target: str, *hooks: str) -> None:
    unread = [f"--dpkgopt=path-exclude={folder}/*" for folder in UNREAD]
    command = ["mmdebstrap", "--mode=root", "--variant=apt", f"--architectures={architectures}", *unread]
    command += [f"--aptopt={option}" for option in APT] + [f"--include={packages}"]
    command += [f"--customize-hook={hook}" for hook in hooks]
    command += ["--format=directory"] if target != "/dev/null" else ["--format=null"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "VIRTUAL_ENV"))}
    made = subprocess.run(
        [*command, SUITE, target, MIRROR],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment | {"INITRD": "No"},  # of a kernel that is installed: the one that is wanted is made at the end
    )
    if made.returncode:
        raise ChildProcessError("\n".join(made.stdout.splitlines()[-LINES:]))

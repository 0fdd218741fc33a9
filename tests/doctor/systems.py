"""Systems as their files show them: a Pi of each kind, laid out under a folder."""

from collections.abc import Mapping
from pathlib import Path

BOOKWORM = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'
RASPBIAN = 'PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=raspbian\n'
TRIXIE = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n'
ISSUE = "Raspberry Pi reference 2024-11-19\n"
USERS = (
    "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:,,,:/home/ada:/bin/bash\n"
    "edge-handsign:x:996:996:edge-handsign:/var/lib/edge-handsign:/usr/sbin/nologin\n"
)
GROUPS = "root:x:0:\nvideo:x:44:ada,edge-handsign\nada:x:1000:\nedge-handsign:x:996:ada\ngpio:x:986:ada,edge-handsign\n"
MOUNTS = (
    "proc /proc proc rw,nosuid 0 0\n/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n"
    "/dev/mmcblk0p1 /boot/firmware vfat rw,relatime 0 0\ntmpfs /run tmpfs rw,nosuid,nodev 0 0\n"
)
PI = {
    "etc/passwd": USERS,
    "etc/group": GROUPS,
    "etc/rpi-issue": ISSUE,
    "proc/mounts": MOUNTS,
    "boot/firmware/config.txt": "dtparam=audio=on\ncamera_auto_detect=1\n[all]\n",
    "sys/class/thermal/thermal_zone0/temp": "48312\n",
    "sys/devices/platform/soc/soc:firmware/get_throttled": "0\n",
    "dev/gpiochip0": "",
}
PI_3 = PI | {
    "etc/os-release": RASPBIAN,
    "proc/device-tree/model": "Raspberry Pi 3 Model B Plus Rev 1.3\0",
    "proc/meminfo": "MemTotal:         945512 kB\nMemFree: 500000 kB\n",
}
PI_4 = PI | {
    "etc/os-release": BOOKWORM,
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/meminfo": "MemTotal:        3885396 kB\n",
}
PI_5 = PI | {
    "etc/os-release": TRIXIE,
    "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    "proc/meminfo": "MemTotal:        8256512 kB\n",
    "dev/gpiochip4": "",
}
ZERO_2 = PI | {
    "etc/os-release": TRIXIE,
    "proc/device-tree/model": "Raspberry Pi Zero 2 W Rev 1.0\0",
    "proc/meminfo": "MemTotal:         426068 kB\n",
}
SYSTEMS = {"Pi 3": PI_3, "Pi 4": PI_4, "Pi 5": PI_5, "Zero 2 W": ZERO_2}


def lay(root: Path, files: Mapping[str, str]) -> Path:
    """The files under that root."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root

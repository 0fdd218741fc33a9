"""What must hold of deploy/install.sh, in this order; it begins where nothing is installed."""

import shutil

from edge_handsign import __version__
from tests.debian.package import INSTALL, SETTINGS, has_its_command_on_the_path, nothing_is_left, reachable
from tests.debian.root import Root
from tests.debian.source import NEWER, Source

CLONE = "/home/maker/edge-handsign"
SCRIPT = f"{CLONE}/deploy/install.sh"
AS_MAKER = ("runuser", "-u", "maker", "--")


def a_dry_run_needs_no_root_and_changes_nothing(root: Root, source: Source) -> None:
    root.run("useradd", "--create-home", "maker")
    shutil.copytree(source.clone, root.path / CLONE[1:])
    root.run("touch", f"{CLONE}/.fresh")
    said = root.run(*AS_MAKER, SCRIPT, "--dry-run")
    assert f"Plan: edge-handsign {__version__}\n" in said, said
    assert root.run("find", CLONE, "-newer", f"{CLONE}/.fresh") == ""
    nothing_is_left(root)


def refuses_whoever_is_not_root(root: Root, _: Source) -> None:
    for action in ((), ("--uninstall",), ("--purge",)):
        assert "only root may do this: sudo" in root.refuses(*AS_MAKER, SCRIPT, *action)


def refuses_a_system_without_systemd_or_python(root: Root, _: Source) -> None:
    for program, sentence in (("/usr/bin/systemctl", "systemd is needed"), ("/usr/bin/python3", "python3 is needed")):
        root.run("mv", program, f"{program}.away")
        assert sentence in root.refuses(SCRIPT)
        root.run("mv", f"{program}.away", program)


def refuses_an_old_python(root: Root, _: Source) -> None:
    root.run("mv", "/usr/bin/python3", "/usr/bin/python3.away")
    stand_in = '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n'
    root.run("sh", "-c", "cat > /usr/bin/python3; chmod +x /usr/bin/python3", given=stand_in)
    assert "this is Python 3.9.2" in root.refuses(SCRIPT)
    root.run("mv", "/usr/bin/python3.away", "/usr/bin/python3")


def refuses_a_python_that_has_no_interpreter(root: Root, _: Source) -> None:
    table = root.path / CLONE[1:] / "edge_handsign/runtimes.py"
    text = table.read_text()
    table.write_text(text.replace('"x86_64"', '"another"'))
    assert "No interpreter of TFLite models is known for x86_64 with Python 3." in root.refuses(SCRIPT)
    table.write_text(text)


def installs_and_checks(root: Root, source: Source) -> None:
    said = root.run(SCRIPT, SUDO_USER="maker", **reachable(root, source))
    assert said.count("  ok    ") == 6, said
    assert "edge-handsign" in root.run("id", "--name", "--groups", "maker")
    has_its_command_on_the_path(root, source)


def may_be_repeated(root: Root, _: Source) -> None:
    root.run("sh", "-c", f"echo '# mine' >> {SETTINGS}")
    said = root.run(SCRIPT, PIP_NO_INDEX="1")
    assert said.count("  ok    ") == 7, said
    assert root.text(SETTINGS).endswith("# mine\n")


def refuses_to_go_back(root: Root, source: Source) -> None:
    root.run(*INSTALL, root.take(source.newer), PIP_NO_INDEX="1")
    assert f"{NEWER} is installed" in root.refuses(SCRIPT)
    assert root.run("edge-handsign", "--version") == f"edge-handsign {NEWER}\n"


def goes_and_leaves_settings(root: Root, _: Source) -> None:
    assert "Plan" in root.run(SCRIPT, "--uninstall", "--dry-run")
    assert root.has("/usr/lib/edge-handsign")
    assert "  ok    the program is gone" in root.run(SCRIPT, "--uninstall")
    assert "It is not installed." in root.run(SCRIPT, "--uninstall")
    assert root.text(SETTINGS).endswith("# mine\n")
    assert f"{NEWER} is installed or has left its memory" in root.refuses(SCRIPT)


def a_purge_leaves_nothing(root: Root, _: Source) -> None:
    for _time in range(2):
        assert "  ok    settings and memory are gone" in root.run(SCRIPT, "--purge")
    nothing_is_left(root)


STEPS = (
    a_dry_run_needs_no_root_and_changes_nothing,
    refuses_whoever_is_not_root,
    refuses_a_system_without_systemd_or_python,
    refuses_an_old_python,
    refuses_a_python_that_has_no_interpreter,
    installs_and_checks,
    may_be_repeated,
    refuses_to_go_back,
    goes_and_leaves_settings,
    a_purge_leaves_nothing,
)

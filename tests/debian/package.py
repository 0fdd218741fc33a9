"""What must hold of the .deb, in this order."""

from edge_handsign import __version__
from tests.debian.root import Root
from tests.debian.source import NEWER, Source

SETTINGS = "/etc/edge-handsign/config.yaml"
MEMORY = "/var/lib/edge-handsign"
OFFLINE = {"PIP_NO_INDEX": "1"}
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
NUMPY = "import numpy; print(numpy.__file__, numpy.__version__)"
LESSON = "show fist\nwait 2\npress teach\nwait 2\nquit\n"


def installs_without_a_network(root: Root, source: Source) -> None:
    root.run("dpkg", "--install", *(root.take(deb) for deb in source.stand_ins))
    said = root.run(*INSTALL, root.take(source.with_wheels), **OFFLINE)
    assert "/opt/edge-handsign is made, with ai-edge-litert" in said, said


def makes_a_user_settings_and_a_service_for_the_next_boot(root: Root, _: Source) -> None:
    groups = root.run("id", "--name", "--groups", "edge-handsign").split()
    assert set(groups) == {"edge-handsign", "video", "gpio"}, groups
    assert root.run("stat", "--format=%a %U", SETTINGS) == "644 root\n"
    assert root.text(SETTINGS) == root.text("/usr/share/edge-handsign/config.yaml")
    assert root.run("systemctl", "is-enabled", "edge-handsign") == "enabled\n"


def leaves_the_systems_numpy_alone(root: Root, _: Source) -> None:
    ours, theirs = (root.run(python, "-I", "-c", NUMPY) for python in ("/opt/edge-handsign/bin/python", "python3"))
    assert ours == theirs
    assert ours.startswith("/usr/lib/python3/dist-packages/")
    assert root.run("dpkg", "--verify", "python3-numpy") == ""


def has_its_command_on_the_path(root: Root, _: Source) -> None:
    assert root.run("edge-handsign", "--version") == f"edge-handsign {__version__}\n"
    assert "edge_handsign/models/embedded/handsign.tflite" in root.run("edge-handsign", "model", "info", "handsign")
    root.run("edge-handsign", "config", "check")


def learns_as_its_own_user(root: Root, _: Source) -> None:
    root.run("install", "-d", "-m", "700", "-o", "edge-handsign", "-g", "edge-handsign", MEMORY)
    simulate = ("edge-handsign", "simulate", "--state", MEMORY)
    said = root.run("runuser", "-u", "edge-handsign", "--", *simulate, given=LESSON)
    assert '"samples": {"fist": 1}' in said, said
    assert taught(root) == 1


def makes_a_spoilt_environment_again(root: Root, source: Source) -> None:
    spoilt = "/opt/edge-handsign/lib/numpy.py"
    root.run(
        "sh", "-c", f"echo '__version__ = 9' > {spoilt}; mv {spoilt} /opt/edge-handsign/lib/python3*/site-packages/"
    )
    assert "NumPy" not in root.run("python3", "-I", "-c", NUMPY)
    assert "is made" in root.run("edge-handsign-setup", **OFFLINE)
    leaves_the_systems_numpy_alone(root, source)
    assert "is in order" in root.run("edge-handsign-setup", **OFFLINE)


def upgrades_and_keeps_settings_and_memory(root: Root, source: Source) -> None:
    root.run("sh", "-c", f"echo '# mine' >> {SETTINGS}")
    root.run("systemctl", "disable", "edge-handsign")
    said = root.run(*INSTALL, root.take(source.newer), **OFFLINE)
    assert "is in order" in said, said
    assert root.run("edge-handsign", "--version") == f"edge-handsign {NEWER}\n"
    assert root.text(SETTINGS).endswith("# mine\n")
    assert taught(root) == 1
    assert root.has(f"{MEMORY}/samples.v{__version__}.bak.db"), said
    assert root.run("stat", "--format=%a %U", f"{MEMORY}/samples.v{__version__}.bak.db") == "600 edge-handsign\n"
    assert root.refuses("systemctl", "is-enabled", "edge-handsign") == "disabled\n"
    root.run("systemctl", "enable", "edge-handsign")


def goes_on_with_the_environment_of_before(root: Root, source: Source) -> None:
    """A newer version that wants another wheel, and no network to fetch it from."""
    root.run("sh", "-c", "echo 'of another wheel' > /opt/edge-handsign/recipe")
    assert "the environment of before goes on" in root.run("edge-handsign-setup", **OFFLINE)
    assert "is made" in root.run("edge-handsign-setup", **reachable(root, source))


def refuses_to_go_back(root: Root, source: Source) -> None:
    older = root.take(source.package)
    for command in (("dpkg", "--install", older), (*INSTALL, "--allow-downgrades", older)):
        assert f"{__version__} is older" in root.refuses(*command, **OFFLINE)
    assert "DOWNGRADED" in root.refuses(*INSTALL, older)
    assert root.run("edge-handsign", "--version") == f"edge-handsign {NEWER}\n"
    assert root.run("dpkg", "--audit") == ""
    assert taught(root) == 1


def goes_and_leaves_settings_and_memory(root: Root, source: Source) -> None:
    root.run("apt-get", "remove", "--yes", "edge-handsign")
    for gone in ("/usr/bin/edge-handsign", "/usr/lib/edge-handsign", "/opt/edge-handsign"):
        assert not root.has(gone), gone
    assert root.text(SETTINGS).endswith("# mine\n")
    assert root.has(f"{MEMORY}/samples.db")
    assert f"{__version__} is older" in root.refuses("dpkg", "--install", root.take(source.package), **OFFLINE)


def comes_back_and_still_knows(root: Root, source: Source) -> None:
    root.take(source.newer)
    root.run(*INSTALL, f"/root/{source.newer.name}", **reachable(root, source))
    assert root.text(SETTINGS).endswith("# mine\n")
    assert taught(root) == 1


def goes_back_the_long_way(root: Root, source: Source) -> None:
    """As docs/installing-on-a-pi.md says it."""
    root.run("cp", "-a", MEMORY, "/root/memory")
    root.run("apt-get", "purge", "--yes", "edge-handsign")
    root.run(*INSTALL, f"/root/{source.package.name}", **reachable(root, source))
    root.run("install", "-d", "-m", "700", "-o", "edge-handsign", "-g", "edge-handsign", MEMORY)  # the service does
    root.run("edge-handsign", "samples", "restore", f"/root/memory/samples.v{__version__}.bak.db")
    assert taught(root) == 1


def a_purge_leaves_nothing(root: Root, _: Source) -> None:
    root.run("apt-get", "purge", "--yes", "edge-handsign")
    nothing_is_left(root)


def without_a_wheel_it_waits_and_says_so(root: Root, source: Source) -> None:
    said = root.run(*INSTALL, root.take(source.package), **OFFLINE)
    assert "edge-handsign is not started. When that is mended: sudo edge-handsign-setup" in said, said
    assert root.refuses("systemctl", "is-enabled", "edge-handsign") == "disabled\n"
    assert root.run("edge-handsign", "--version") == f"edge-handsign {__version__}\n"
    root.run("edge-handsign", "config", "check")
    assert "could not be installed" in root.refuses("edge-handsign-setup", **OFFLINE)


def takes_no_wheel_but_the_one_that_was_tried(root: Root, source: Source) -> None:
    environment = reachable(root, source)
    for wheel in (root.path / "wheels").iterdir():
        with wheel.open("ab") as file:
            file.write(b"\0")
    assert "could not be installed" in root.refuses("edge-handsign-setup", **environment)
    assert not root.has("/opt/edge-handsign")


def goes_on_when_the_wheel_is_there(root: Root, source: Source) -> None:
    root.run("edge-handsign-setup", **reachable(root, source))
    assert root.run("systemctl", "is-enabled", "edge-handsign") == "enabled\n"
    a_purge_leaves_nothing(root, source)


def taught(root: Root) -> int:
    """How many samples of a fist the box knows."""
    lines = [line.split() for line in root.run("edge-handsign", "samples", "list").splitlines()]
    return next(int(cells[1]) for cells in lines if cells and cells[0] == "fist")


def nothing_is_left(root: Root) -> None:
    """Neither a file nor a folder has our name, the user's clone apart."""
    found = root.run("find", "/etc", "/opt", "/usr", "/var/lib", "-name", "*edge-handsign*")
    assert found == "", found


def reachable(root: Root, source: Source) -> dict[str, str]:
    """A package index that has the wheels."""
    for wheel in source.wheels.iterdir():
        root.take(wheel, "/wheels")
    return {**OFFLINE, "PIP_FIND_LINKS": "/wheels"}


STEPS = (
    installs_without_a_network,
    makes_a_user_settings_and_a_service_for_the_next_boot,
    leaves_the_systems_numpy_alone,
    has_its_command_on_the_path,
    learns_as_its_own_user,
    makes_a_spoilt_environment_again,
    upgrades_and_keeps_settings_and_memory,
    goes_on_with_the_environment_of_before,
    refuses_to_go_back,
    goes_and_leaves_settings_and_memory,
    comes_back_and_still_knows,
    goes_back_the_long_way,
    a_purge_leaves_nothing,
    without_a_wheel_it_waits_and_says_so,
    takes_no_wheel_but_the_one_that_was_tried,
    goes_on_when_the_wheel_is_there,
)

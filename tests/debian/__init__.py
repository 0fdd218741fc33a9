"""The installation, done to a real Debian: a fresh root by mmdebstrap, the package, apt and dpkg in it.

root       a Debian to break, entered with chroot
source     the package and the clone that are installed, and newer ones
stand_ins  packages of Raspberry Pi OS that Debian does not have, empty
package    what must hold of the .deb, step by step
script     what must hold of deploy/install.sh

Needs root and mmdebstrap; `scripts/try_install` says so where they are missing. systemd is there, but does not run.
"""

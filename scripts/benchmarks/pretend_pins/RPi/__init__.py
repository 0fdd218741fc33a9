"""Put before the real one on the path of a measured process, so that `edge-handsign run` starts without a Pi."""

"""The far side of the seam: a file for each device, and its library imported only when that device is opened."""

"""picamera2 imports this to show pictures on a screen. Here is no screen; Raspberry Pi OS has the real one."""


class PixelFormat:
    """The names that picamera2 looks up when it is imported."""

    RGB888 = BGR888 = XRGB8888 = XBGR8888 = YUV420 = YVU420 = NV12 = MJPEG = None

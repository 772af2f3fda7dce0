"""The QR code of a booking: the address of its page with the check-in code, so that any phone's camera leads there."""


def qr_image(address: str) -> str:
    """The address as a picture to stand in an `img` (data URI, SVG); readable when a tenth of it is covered."""
    import segno  # only this page needs it

    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=3)

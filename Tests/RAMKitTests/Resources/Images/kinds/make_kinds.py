"""Writes one small photo of each kind into this folder, and `kinds.json`: the SHA-256 of the raw RGB
bytes that Pillow reads, officially (`convert("RGB")`) and naturally (upright, laid over white).

Run with Python 3.11, Pillow 11.3.0 and numpy; needs `cjpeg` (Debian: libjpeg-turbo-progs).
Where Pillow itself does not follow the format (the transparent colour of grey below 8 bits and of
16-bit RGB; the part of a canvas that a first frame leaves uncovered), the natural pixels are computed
from the samples instead.
"""
import hashlib
import io
import json
import pathlib
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image


def picture(width, height, rng):
    """A gradient with shapes and noise: all three channels differ, and every edge counts."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1),
                    (x * 7 + y * 13) % 256], -1).astype(np.int16)
    rgb[(x - width / 2) ** 2 + (y - height / 3) ** 2 < (min(width, height) / 3) ** 2] = (230, 40, 90)
    return np.clip(rgb + rng.integers(-20, 21, rgb.shape), 0, 255).astype(np.uint8)


def pillow(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation, big=False, long=False):
    e = '>' if big else '<'
    value = struct.pack(e + 'I', orientation) if long else struct.pack(e + 'HH', orientation, 0)
    entry = struct.pack(e + 'HHI', 0x0112, 4 if long else 3, 1) + value
    other = struct.pack(e + 'HHII', 0x0100, 4, 1, 77)
    return (b'MM' if big else b'II') + struct.pack(e + 'HIH', 42, 8, 2) + other + entry + bytes(4)


def cjpeg(rgb, *arguments):
    h, w = rgb.shape[:2]
    grey = rgb.ndim == 2
    pnm = b'P%d %d %d 255\n' % (5 if grey else 6, w, h) + rgb.tobytes()
    return subprocess.run(['cjpeg', *arguments], input=pnm, capture_output=True, check=True).stdout


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def png(samples, color_type, depth, interlaced=False, extra=b'', after=b'', level=6):
    """samples: [height, width, channels] of unsigned integers below 2^depth."""
    h, w, c = samples.shape
    assert c == CHANNELS[color_type]

    def rows(part):
        if part.shape[0] == 0 or part.shape[1] == 0:
            return b''
        lines = []
        for row in part:
            flat = row.reshape(-1)
            if depth == 16:
                data = flat.astype('>u2').tobytes()
            elif depth == 8:
                data = flat.astype(np.uint8).tobytes()
            else:
                bits = ''.join(format(int(v), '0%db' % depth) for v in flat)
                bits += '0' * (-len(bits) % 8)
                data = int(bits, 2).to_bytes(len(bits) // 8, 'big')
            lines.append(b'\0' + data)
        return b''.join(lines)

    if interlaced:
        data = b''.join(rows(samples[y::dy, x::dx]) for x, y, dx, dy in ADAM7)
    else:
        data = rows(samples)
    header = struct.pack('>IIBBBBB', w, h, depth, color_type, 0, 0, int(interlaced))
    z = zlib.compress(data, level)
    half = len(z) // 2
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + extra + chunk(b'IDAT', z[:half])
            + chunk(b'IDAT', z[half:]) + after + chunk(b'IEND', b''))


def bmp(rows, width, height, bits, palette=b'', masks=None, header_size=40, top_down=False,
        colors=0, offset=True):
    """rows: the packed bytes of each row, top first."""
    compression = 3 if masks else 0
    if header_size == 12:
        info = struct.pack('<IHHHH', 12, width, height, 1, bits)
    else:
        info = struct.pack('<IiiHHIIiiII', header_size, width, -height if top_down else height, 1,
                           bits, compression, 0, 2835, 2835, colors, 0)
    tail = b''
    if masks:
        packed = struct.pack('<%dI' % len(masks), *masks)
        if header_size == 40:
            tail = packed[:12]
        else:
            info += packed
    info = info.ljust(header_size, b'\0')
    data = b''.join(r.ljust((len(r) + 3) // 4 * 4, b'\0') for r in (rows if top_down else rows[::-1]))
    at = 14 + len(info) + len(tail) + len(palette)
    return (b'BM' + struct.pack('<IHHI', at + len(data), 0, 0, at if offset else 0) + info + tail
            + palette + data)


def gif_lzw(indices, bits):
    """Clear codes often enough that the code size never grows."""
    clear, out, acc, n = 1 << bits, bytearray(), 0, 0
    size = bits + 1

    def put(code):
        nonlocal acc, n
        acc |= code << n
        n += size
        while n >= 8:
            out.append(acc & 255)
            acc >>= 8
            n -= 8
    put(clear)
    count = 0
    for i in indices:
        put(int(i))
        count += 1
        if count == (1 << bits) - 2:
            put(clear)
            count = 0
    put(clear + 1)
    if n:
        out.append(acc & 255)
    blocks = b''.join(bytes([len(out[i:i + 255])]) + bytes(out[i:i + 255]) for i in range(0, len(out), 255))
    return bytes([bits]) + blocks + b'\0'


def gif(indices, screen, at=(0, 0), global_palette=None, local_palette=None, transparent=None,
        interlaced=False, bits=4, code_bits=None):
    def table(p):
        return bytes(p).ljust(3 << (bits), b'\0')
    flags = (0x80 | (bits - 1)) if global_palette is not None else 0
    out = b'GIF89a' + struct.pack('<HHBBB', *screen, flags, 0, 0)
    if global_palette is not None:
        out += table(global_palette)
    out += b'!\xfe\x05hello\0'
    if transparent is not None:
        out += b'!\xf9\x04' + struct.pack('<BHB', 1, 0, transparent) + b'\0'
    h, w = indices.shape
    flags = (0x80 | (bits - 1)) if local_palette is not None else 0
    if interlaced:
        flags |= 0x40
        order = [*range(0, h, 8), *range(4, h, 8), *range(2, h, 4), *range(1, h, 2)]
        indices = indices[order]
    out += b',' + struct.pack('<HHHHB', *at, w, h, flags)
    if local_palette is not None:
        out += table(local_palette)
    return out + gif_lzw(indices.reshape(-1), code_bits or bits) + b';'


def webp_chunk(kind, data):
    return kind + struct.pack('<I', len(data)) + data + b'\0' * (len(data) % 2)


def webp_bitstream(rgb_or_rgba, **options):
    """The ALPH, VP8 and VP8L chunks of a still."""
    b = pillow(Image.fromarray(rgb_or_rgba), 'WEBP', **options)
    at, parts = 12, b''
    while at < len(b):
        size = struct.unpack('<I', b[at + 4:at + 8])[0]
        if b[at:at + 4] in (b'VP8 ', b'VP8L', b'ALPH'):
            parts += b[at:at + 8 + size + size % 2]
        at += 8 + size + size % 2
    return parts


def webp_extended(parts, width, height, flags):
    def u24(v):
        return struct.pack('<I', v)[:3]
    body = webp_chunk(b'VP8X', bytes([flags, 0, 0, 0]) + u24(width - 1) + u24(height - 1)) + parts
    return b'RIFF' + struct.pack('<I', len(body) + 4) + b'WEBP' + body


def webp_animation(frames, width, height, alpha):
    """frames: (x, y, pixels, options); x and y are even."""
    def u24(v):
        return struct.pack('<I', v)[:3]
    parts = webp_chunk(b'ANIM', bytes([10, 20, 30, 255, 0, 0]))
    for x, y, pixels, options in frames:
        h, w = pixels.shape[:2]
        parts += webp_chunk(b'ANMF', u24(x // 2) + u24(y // 2) + u24(w - 1) + u24(h - 1) + u24(100)
                            + b'\0' + webp_bitstream(pixels, **options))
    return webp_extended(parts, width, height, 0x02 | (0x10 if alpha else 0))


def official(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert('RGB'))


def natural(data):
    """What a person sees, by way of Pillow."""
    image = Image.open(io.BytesIO(data))
    if image.mode.startswith('I;16'):
        flat = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert('RGB')
    elif 'transparency' in image.info or image.mode in ('RGBA', 'LA', 'PA'):
        rgba = image.convert('RGBA')
        flat = Image.new('RGB', image.size, 'white')
        flat.paste(rgba.convert('RGB'), mask=rgba.getchannel('A'))
    else:
        flat = image.convert('RGB')
    orientation = image.getexif().get(0x0112, 1)
    method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(orientation)
    return np.asarray(flat if method is None else flat.transpose(Image.Transpose(method)))


def keyed(samples, depth, key):
    """Samples with a transparent colour, over white."""
    eight = samples >> 8 if depth == 16 else samples * (255 // ((1 << depth) - 1))
    rgb = np.repeat(eight, 3, -1) if samples.shape[2] == 1 else eight
    return np.where((samples == key).all(-1, keepdims=True), 255, rgb).astype(np.uint8)


def uncovered(pixels, x, y, width, height):
    out = np.full_like(pixels, 255)
    out[y:y + height, x:x + width] = pixels[y:y + height, x:x + width]
    return out


def pack(rows, bits):
    out = []
    for row in rows:
        text = ''.join(format(int(v), '0%db' % bits) for v in row)
        text += '0' * (-len(text) % 8)
        out.append(int(text, 2).to_bytes(len(text) // 8, 'big'))
    return out


def jpegs(rng):
    rgb = picture(37, 29, rng)
    image = Image.fromarray(rgb)
    for name, sampling in (('444', '1x1'), ('422', '2x1'), ('440', '1x2'), ('420', '2x2'), ('411', '4x1'),
                           ('410', '4x2')):
        yield f'jpeg_{name}.jpg', cjpeg(rgb, '-sample', sampling)
        yield f'jpeg_{name}_progressive.jpg', cjpeg(rgb, '-sample', sampling, '-progressive')
    yield 'jpeg_arithmetic.jpg', cjpeg(rgb, '-arithmetic')
    yield 'jpeg_restart.jpg', cjpeg(rgb, '-restart', '2B')
    yield 'jpeg_rgb.jpg', pillow(image, 'JPEG', keep_rgb=True)
    yield 'jpeg_grey.jpg', pillow(image.convert('L'), 'JPEG')
    yield 'jpeg_grey_progressive.jpg', pillow(image.convert('L'), 'JPEG', progressive=True)
    yield 'jpeg_cmyk.jpg', pillow(Image.fromarray(np.dstack([rgb, rgb[::-1, :, 0]]), 'CMYK'), 'JPEG')
    for orientation in range(1, 9):
        data = b'Exif\0\0' + exif(orientation, big=orientation % 2 == 0, long=orientation == 5)
        yield f'jpeg_exif{orientation}.jpg', pillow(image, 'JPEG', exif=data)


def pngs(rng):
    for kind, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            samples = rng.integers(0, 1 << depth, (13, 19, CHANNELS[kind]))
            extra = b''
            if kind == 3:  # fewer colours than indices, partly transparent
                count = 1 if depth == 1 else (1 << depth) - 2
                extra = chunk(b'PLTE', rng.integers(0, 256, 3 * count).astype(np.uint8).tobytes())
                extra += chunk(b'tRNS', rng.integers(0, 256, (count + 1) // 2).astype(np.uint8).tobytes())
            yield f'png_{kind}_{depth}.png', png(samples, kind, depth, False, extra)
            yield f'png_{kind}_{depth}_adam7.png', png(samples, kind, depth, True, extra)
            if kind in (0, 2):
                key = samples[5, 7]
                extra = chunk(b'tRNS', b''.join(struct.pack('>H', int(v)) for v in key))
                yield (f'png_{kind}_{depth}_trns.png', png(samples, kind, depth, depth == 16, extra),
                       keyed(samples, depth, key))
    samples = rng.integers(0, 256, (13, 19, 3))
    turned = chunk(b'eXIf', exif(6))
    yield 'png_exif6.png', png(samples, 2, 8, extra=turned)
    yield 'png_exif6_late.png', png(samples, 2, 8, after=turned)
    yield 'png_gamma.png', png(samples, 2, 8, extra=chunk(b'gAMA', struct.pack('>I', 100000)))


def webps(rng):
    rgb = picture(37, 29, rng)
    rgba = np.dstack([rgb, rng.integers(0, 256, (29, 37)).astype(np.uint8)])
    yield 'webp_lossy.webp', pillow(Image.fromarray(rgb), 'WEBP')
    yield 'webp_lossless.webp', pillow(Image.fromarray(rgb), 'WEBP', lossless=True)
    yield 'webp_lossy_alpha.webp', pillow(Image.fromarray(rgba), 'WEBP')
    yield 'webp_lossless_alpha.webp', pillow(Image.fromarray(rgba), 'WEBP', lossless=True, exact=True)
    yield 'webp_exif8.webp', pillow(Image.fromarray(rgb), 'WEBP', exif=exif(8))
    yield 'webp_exif3.webp', pillow(Image.fromarray(rgb), 'WEBP', exif=b'Exif\0\0' + exif(3, big=True))
    second = (0, 0, rgb[::-1].copy(), {})
    yield 'webp_animation.webp', webp_animation([(0, 0, rgb, {}), second], 37, 29, False)
    data = webp_animation([(4, 6, rgba, {'lossless': True}), second], 50, 40, True)
    yield 'webp_animation_part.webp', data, uncovered(natural(data), 4, 6, 37, 29)


def gifs(rng):
    indices = rng.integers(0, 16, (21, 18))
    one, two = (rng.integers(0, 256, 48).astype(np.uint8) for _ in range(2))
    yield 'gif_plain.gif', gif(indices, (18, 21), global_palette=one)
    yield 'gif_interlaced.gif', gif(indices, (18, 21), global_palette=one, interlaced=True)
    yield 'gif_local.gif', gif(indices, (18, 21), global_palette=one, local_palette=two)
    yield 'gif_no_palette.gif', gif(indices, (18, 21))
    yield 'gif_beyond_palette.gif', gif(indices * 4, (18, 21), global_palette=one, code_bits=6)
    yield 'gif_transparent.gif', gif(indices, (18, 21), global_palette=one, transparent=3)
    for name, transparent in (('gif_part', None), ('gif_part_transparent', 5)):
        data = gif(indices, (30, 25), at=(3, 2), global_palette=one, transparent=transparent)
        yield f'{name}.gif', data, uncovered(natural(data), 3, 2, 18, 21)
    data = gif(indices, (10, 10), at=(3, 2), global_palette=one)
    yield 'gif_beyond_screen.gif', data, uncovered(natural(data), 3, 2, 18, 21)


def bmps(rng):
    for bits in (1, 4, 8):
        palette = rng.integers(0, 256, 4 << bits).astype(np.uint8).tobytes()
        rows = pack(rng.integers(0, 1 << bits, (11, 13)), bits)
        yield f'bmp_{bits}.bmp', bmp(rows, 13, 11, bits, palette)
        yield f'bmp_{bits}_down.bmp', bmp(rows, 13, 11, bits, palette, top_down=True, header_size=124)
        yield f'bmp_{bits}_os2.bmp', bmp(rows, 13, 11, bits, palette[:3 << bits], header_size=12)
    few = rng.integers(0, 256, 4 * 5).astype(np.uint8).tobytes()
    yield 'bmp_8_few.bmp', bmp(pack(rng.integers(0, 9, (11, 13)), 8), 13, 11, 8, few, colors=5)
    layouts = {16: [None, (0xf800, 0x7e0, 0x1f, 0), (0x7c00, 0x3e0, 0x1f, 0)], 24: [None],
               32: [None, (0xff0000, 0xff00, 0xff, 0xff000000), (0xff, 0xff00, 0xff0000, 0xff000000),
                    (0xff000000, 0xff0000, 0xff00, 0xff), (0xff0000, 0xff00, 0xff, 0)]}
    for bits, masks in layouts.items():
        for index, mask in enumerate(masks):
            rows = [r.tobytes() for r in rng.integers(0, 256, (11, 13 * bits // 8)).astype(np.uint8)]
            yield (f'bmp_{bits}_{index}.bmp',
                   bmp(rows, 13, 11, bits, masks=mask, header_size=108 if mask else 40, top_down=index == 1))


def main():
    folder = pathlib.Path(__file__).parent
    rng = np.random.default_rng(20)
    entries = {}
    for kinds in (jpegs, pngs, webps, gifs, bmps):
        for name, data, *rest in kinds(rng):
            (folder / name).write_bytes(data)
            entry = {}
            for key, pixels in (('official', official(data)), ('natural', rest[0] if rest else natural(data))):
                digest = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
                entry[key] = {'width': pixels.shape[1], 'height': pixels.shape[0], 'sha256': digest}
            entries[name] = entry
    (folder / 'kinds.json').write_text(json.dumps(entries, indent=1) + '\n')
    # HEIC and AVIF decoders differ in how they round: a plain picture, red above and blue below.
    plain = np.zeros((32, 48, 3), np.uint8)
    plain[:16], plain[16:] = (200, 30, 40), (20, 60, 220)
    (folder / 'avif_plain.avif').write_bytes(pillow(Image.fromarray(plain), 'AVIF', quality=95))
    turned = pillow(Image.fromarray(plain), 'AVIF', quality=95, exif=exif(6))
    (folder / 'avif_exif6.avif').write_bytes(turned)


if __name__ == '__main__':
    main()

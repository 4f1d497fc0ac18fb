"""A line of meters that speak DL/T 645-2007 behind a TCP server, written from
the standard alone, apart from the program it tests.

    dlt645.py PORT ADDRESS STEPS

The meter of ADDRESS finds its counter 4 kWh further on at every reading of its
energy, from 1000.00; after the last step it refuses: no such data. Its answers
come behind noise and in pieces now and then.
"""
import socketserver
import sys
import time

PORT, ADDRESS, STEPS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ENERGY = "00010000"


def bcd(text):
    """Decimal digits, lowest byte first."""
    return bytes(reversed(bytes.fromhex(text)))


def frame(address, control, data):
    shifted = bytes((b + 0x33) & 0xFF for b in data)
    body = b"\x68" + address + b"\x68" + bytes([control, len(shifted)]) + shifted
    return body + bytes([sum(body) & 0xFF, 0x16])


class Meter:
    def __init__(self):
        self.step = 0

    def energy(self):
        value = 100000 + 400 * self.step
        self.step += 1
        return bcd(f"{value:08d}")

    def answer(self, control, data):
        """The control code and the data that go back."""
        item = bytes(reversed(data[:4])).hex().upper()
        if control != 0x11 or item != ENERGY or self.step >= STEPS:
            return 0xD1, b"\x02"
        return 0x91, data[:4] + self.energy()


METER = Meter()


class Line(socketserver.BaseRequestHandler):
    def handle(self):
        buffer = b""
        while chunk := self.request.recv(256):
            buffer += chunk
            while (found := self.cut(buffer)) is not None:
                buffer, address, control, data = found
                if address == bcd(ADDRESS.rjust(12, "0")):
                    self.reply(frame(address, *METER.answer(control, data)))

    @staticmethod
    def cut(buffer):
        """The rest of the bytes behind the first whole frame, and its parts."""
        for at in range(len(buffer)):
            head = buffer[at:]
            if head[0] != 0x68 or len(head) < 12 or head[7] != 0x68:
                continue
            size = 12 + head[9]
            if len(head) < size:
                return None
            if head[size - 1] == 0x16 and sum(head[:size - 2]) & 0xFF == head[size - 2]:
                data = bytes((b - 0x33) & 0xFF for b in head[10:size - 2])
                return head[size:], head[1:7], head[8], data
        return None

    def reply(self, answer):
        if METER.step % 3 == 1:  # noise, and half a frame
            self.request.sendall(b"\x00\x68\xFF" + answer[:9])
        if METER.step % 5 == 2:  # in pieces
            self.request.sendall(b"\xFE\xFE" + answer[:7])
            time.sleep(0.02)
            answer = answer[7:]
        self.request.sendall(answer)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", PORT), Line).serve_forever()

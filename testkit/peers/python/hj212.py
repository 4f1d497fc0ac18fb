"""A logger of HJ 212-2017, of the standard library alone.

It connects to a centre and sends minute records (CN 2051) of one counter, each
acknowledged by CN 9014 before the next. One is sent again, one has a wrong
check first, one comes in two halves, one is split into two packets with a QN of
their own each, and rubbish goes before one.

usage: hj212.py PORT MN PASSWORD FIRST_MINUTE COUNT FIRST STEP
FIRST_MINUTE is local time, yyyyMMddHHmm.
"""

import datetime
import re
import socket
import sys
import time


def crc(segment):
    """ANSI CRC16 as appendix A of the standard words it."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            check = register & 0x0001
            register >>= 1
            if check == 0x0001:
                register ^= 0xA001
    return register


# The standard's own example.
EXAMPLE = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
assert crc(EXAMPLE) == 0x1C80, hex(crc(EXAMPLE))


def frame(segment, wrong=False):
    check = crc(segment) ^ (1 if wrong else 0)
    return b"##%04d%s%04X\r\n" % (len(segment), segment, check)


class Logger:
    def __init__(self, port, mn, password):
        self.mn, self.password = mn, password
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.received = b""

    def segment(self, qn, at, value, split=""):
        flag = 7 if split else 5
        return (
            f"QN={qn};ST=31;CN=2051;PW={self.password};MN={self.mn};Flag={flag};{split}"
            f"CP=&&DataTime={at};e00001-Cou={value},e00001-Flag=N&&"
        ).encode("ascii")

    def acknowledged(self, qn, patience=20.0):
        """Waits for the 9014 of a QN; False where none comes in time."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            found = re.match(rb"##(\d{4})", self.received)
            if found and len(self.received) >= 6 + int(found[1]) + 6:
                size = int(found[1])
                body, tail = self.received[6 : 6 + size], self.received[6 + size : 12 + size]
                self.received = self.received[12 + size :]
                assert tail == b"%04X\r\n" % crc(body), (body, tail)
                fields = dict(p.split("=", 1) for p in body.decode("ascii").split(";") if "=" in p)
                assert fields["CN"] == "9014" and fields["ST"] == "91" and fields["MN"] == self.mn, fields
                assert fields["CP"] == "&&&&" and int(fields["Flag"]) == 4, fields
                assert fields["QN"] == qn, (fields, qn)
                return True
            self.socket.settimeout(max(0.05, until - time.monotonic()))
            try:
                piece = self.socket.recv(4096)
            except socket.timeout:
                continue
            assert piece, "the centre hung up"
            self.received += piece
        return False

    def send(self, qn, segment, halves=False):
        whole = frame(segment)
        if halves:
            self.socket.sendall(whole[:50])
            time.sleep(0.3)
            whole = whole[50:]
        self.socket.sendall(whole)
        assert self.acknowledged(qn), f"no acknowledgement of {qn}"


def main():
    port, mn, password, first_minute = int(sys.argv[1]), *sys.argv[2:5]
    count, first, step = int(sys.argv[5]), float(sys.argv[6]), float(sys.argv[7])
    start = datetime.datetime.strptime(first_minute, "%Y%m%d%H%M")
    logger = Logger(port, mn, password)
    for i in range(count):
        at = start + datetime.timedelta(minutes=i)
        qn = (at + datetime.timedelta(minutes=1, seconds=2)).strftime("%Y%m%d%H%M%S") + "123"
        segment = logger.segment(qn, at.strftime("%Y%m%d%H%M%S"), first + step * i)
        if i == 20:  # a wrong check gets no answer, and is sent again
            logger.socket.sendall(frame(segment, wrong=True))
            assert not logger.acknowledged(qn, patience=1.0), "a wrong check was acknowledged"
        if i == 30:
            logger.socket.sendall(b"\r\nrubbish ##12x\r\n")
        if i == 40:  # two packets of one record, with a QN of their own each
            other = qn[:-3] + "456"
            more = logger.segment(other, at.strftime("%Y%m%d%H%M%S"), first + step * i, "PNUM=2;PNO=2;")
            segment = logger.segment(qn, at.strftime("%Y%m%d%H%M%S"), first + step * i, "PNUM=2;PNO=1;")
            logger.socket.sendall(frame(segment) + frame(more))
            assert logger.acknowledged(qn) and logger.acknowledged(other)
            continue
        logger.send(qn, segment, halves=i == 50)
        if i == 10:  # as if the acknowledgement had been lost
            logger.send(qn, segment)
    print(count)


main()

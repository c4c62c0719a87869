import Events
import RecordWriting
import SensorABI
import Testing

@Suite struct DecodeTests {
    static let header =
        "size: SIZE, slot: 16909060, boottime: 1230066625199609624, "
        + "cgroupID: 1094861636, tgid: 8482, tid: 8996, start: 3544952156018063160)"

    static let expected: [String: String] = [
        "fork": "ProcessKey(tgid: 501, start: 503) 502 true",
        "exec":
            "ProcessKey(tgid: 601, start: 602) 3 603 604 11 12 /bin/sh sh\0-c\0\0 /tmp",
        "exit": "-701 true",
        "process": "ProcessKey(tgid: 0, start: 0) 0 0 0 11 12 /a a\0 ",
        "credentials": "801 802 -1 105",
        "namespace": "true 536870912 -22",
        "fileOpen":
            "FileFlowKey(dentry: 901, tgid: 8482, mode: 3) 21 22 33152 1025 17 8320 /etc/passwd",
        "fileOperation": "1048576 -13 5 true /a /bc",
        "fileEnd":
            "FileFlowKey(dentry: 1001, tgid: 8482, mode: 2) "
            + "FlowCounters(processStart: 3544952156018063160, firstBoottime: 1002, "
            + "lastBoottime: 1003, reads: 1004, readBytes: 1005, writes: 1006, "
            + "writeBytes: 1007, opens: 1008, operations: 1009)",
        "socketOpen":
            "SocketFlowKey(sock: 1101, tgid: 8482, remotePort: 1103, proto: 17, "
            + "remoteAddress: Events.Address(high: 0, low: 281470849515529)) "
            + "FlowCounters(processStart: 3544952156018063160, firstBoottime: 1105, "
            + "lastBoottime: 1106, reads: 1107, readBytes: 1108, writes: 1109, "
            + "writeBytes: 1110, opens: 0, operations: 1104) 1111 "
            + "Address(high: 0, low: 281470849515522) 1102",
        "socketOperation":
            "536870912 -98 10 6 1301 1302 Address(high: 0, low: 281472812449793) "
            + "Address(high: 0, low: 281470698652420) 1 4",
        "verdict": "2 3 1 3 5 6 true /etc/shadow /usr/sbin/nginx",
        "cgroup": "2 3 /kubepods/x",
        "act": "5 13 -2",
    ]

    @Test(arguments: samples.indices)
    func eachKind(index: Int) throws {
        let (name, bytes) = samples[index]
        let printed = printed(bytes)
        #expect(printed.hasPrefix("EventHeader(kind: \(index + 1), "), "\(name)")
        #expect(
            printed.contains(
                Self.header.replacing("SIZE", with: "\(bytes.count)")))
        guard let expected = Self.expected[name] else {
            #expect(name == "socketEnd")
            return
        }
        #expect(printed.hasSuffix(expected), "\(name): \(printed)")
    }

    @Test func headerOfEvent() throws {
        for (index, sample) in samples.enumerated() {
            let event = try decode(RawSpan(_elements: sample.bytes.span))
            #expect(Int(event.header.kind) == index + 1)
            #expect(
                event.header.process == ProcessKey(tgid: 8482, start: 3_544_952_156_018_063_160))
        }
    }

    @Test func counterValuesFromMaps() throws {
        let fileEnd = samples[8].bytes
        let value = Array(fileEnd[Layout.FileEnd.flow...])
        #expect(FlowCounters(fileFlow: RawSpan(_elements: value.span))?.opens == 1008)
        let short = Array(value.dropLast())
        #expect(FlowCounters(fileFlow: RawSpan(_elements: short.span)) == nil)
        let socket = Array(samples[9].bytes[Layout.Socket.flow...])
        #expect(FlowCounters(socketFlow: RawSpan(_elements: socket.span))?.writeBytes == 1110)
        #expect(FlowCounters(socketFlow: RawSpan(_elements: [UInt8]().span)) == nil)
    }
}

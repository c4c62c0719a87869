import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

@Suite struct SocketTests {
    private func sides(
        _ operations: UInt32, proto: UInt16 = 6, localPort: UInt16 = 5000, listen: UInt16? = nil
    ) throws -> String {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        if let listen {
            try bench.feed(writer.socketOperation(LL_OPERATION_LISTEN, localPort: listen))
        }
        try bench.feed(
            writer.socket(sock: 1, proto: proto, localPort: localPort, operations: operations))
        bench.finish(11 * second)
        let line = lines(bench.take()).last ?? ""
        return String(line.split(separator: " ")[4])
    }

    @Test func whoConnectedIsTheSource() throws {
        let out = "10.0.0.2:5000>10.0.0.9:80"
        let into = "10.0.0.9:80>10.0.0.2:5000"
        #expect(try sides(LL_OPERATION_CONNECT) == out)
        #expect(try sides(LL_OPERATION_ACCEPT) == into)
        #expect(try sides(LL_OPERATION_WRITE_SEND) == out)
        #expect(try sides(LL_OPERATION_READ_RECEIVE) == out, "TCP that was handed over")
        #expect(try sides(LL_OPERATION_READ_RECEIVE, listen: 5000) == into)
        #expect(try sides(LL_OPERATION_CONNECT, listen: 5000) == out)
        #expect(try sides(LL_OPERATION_WRITE_SEND, proto: 17) == out)
        #expect(try sides(LL_OPERATION_READ_RECEIVE, proto: 17) == out)
    }

    @Test func endAndIdle() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        try bench.feed(writer.socket(sock: 1, first: 9 * second, last: 9 * second))
        _ = bench.take()
        try bench.feed(
            writer.socket(
                kind: LL_KIND_SOCKET_END, sock: 1,
                operations: LL_OPERATION_CONNECT | LL_OPERATION_SHUTDOWN, first: 9 * second,
                last: 12 * second, receives: 1, receiveBytes: 10, sends: 2, sendBytes: 20))
        guard case .networkFlow(let flow) = bench.records.last else {
            return #expect(Bool(false))
        }
        #expect(flow.time == bootEpoch + 9_000_000_000 && flow.fd == 9 && flow.proto == 6)
        #expect(
            lines(bench.take()) == [
                "network flow 100 CONNECT|READ|WRITE|CLOSE|SHUTDOWN "
                    + "10.0.0.2:40000>10.0.0.9:80 r1/10 w2/20"
            ])
        try bench.feed(writer.socket(kind: LL_KIND_SOCKET_END, sock: 1))
        #expect(bench.assembler.statistics.endsWithoutFlow == 1)
    }

    @Test func events() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        _ = bench.take()
        try bench.feed(
            writer.socketOperation(
                LL_OPERATION_CONNECT, local: mapped(10, 0, 0, 2), localPort: 4000,
                remote: mapped(1, 2, 3, 4), remotePort: 443, result: -111))
        try bench.feed(
            writer.socketOperation(LL_OPERATION_BIND, family: 10, localPort: 8080, result: -98))
        try bench.feed(writer.socketOperation(LL_OPERATION_SOCKET, family: 16))
        #expect(
            lines(bench.take()) == [
                "network event 100 CONNECT 10.0.0.2:4000>1.2.3.4:443 -111",
                "network event 100 BIND 0.0.0.0:0>0.0.0.0:8080 -98",
            ])
        #expect(bench.assembler.statistics.otherSocketFamilies == 1)
    }
}

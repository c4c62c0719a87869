import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

/// A web server's life: the runtime starts it, it forks workers, they serve, it ends.
@Suite struct NginxScenarioTests {
    @Test func life() throws {
        var bench = Bench()
        var master = RecordWriter(boottime: 10 * second, tgid: 100, start: 9 * second)
        try bench.feed(
            master.exec(
                exe: "/usr/sbin/nginx", args: ["nginx", "-g", "daemon off;"], parent: 50,
                parentStart: 8, flags: LL_PROCESS_SETUP | LL_PROCESS_CONTAINER_INIT))
        try bench.feed(
            master.fileOpen(
                path: "/etc/nginx/nginx.conf", dentry: 1, openFlags: 0o2000000, fd: 3))
        try bench.feed(master.socketOperation(LL_OPERATION_BIND, localPort: 80))
        try bench.feed(master.socketOperation(LL_OPERATION_LISTEN, localPort: 80))
        master.boottime = 11 * second
        try bench.feed(master.fork(child: 101, childStart: 11 * second))
        var worker = RecordWriter(boottime: 11 * second, tgid: 101, start: 11 * second)
        try bench.feed(worker.credentials(uid: 33, gid: 33))
        #expect(
            lines(bench.take()) == [
                "container c0ffee",
                "process 100 created parent 0 /usr/sbin/nginx[-g daemon off;] 0:0 entry",
                #"event 100 EXEC 0 ["-g", "daemon off;"]"#,
                "network event 100 BIND 0.0.0.0:0>0.0.0.0:80 0",
                "network event 100 LISTEN 0.0.0.0:0>0.0.0.0:80 0",
                "event 100 CLONE 101 []",
                "process 101 created parent 100 /usr/sbin/nginx[-g daemon off;] 0:0",
                "event 101 CLONE 0 []",
                "process 101 modified parent 100 /usr/sbin/nginx[-g daemon off;] 33:33",
                "event 101 SETUID 0 []",
            ])

        worker.boottime = 12 * second
        try bench.feed(worker.fileOpen(path: "/www/index.html", dentry: 2))
        try bench.feed(
            worker.socket(
                sock: 5, local: mapped(10, 0, 0, 2), localPort: 80, remote: mapped(10, 0, 0, 9),
                remotePort: 40123, operations: LL_OPERATION_ACCEPT, first: 12 * second))
        #expect(bench.take().isEmpty, "flows are exported later")

        bench.count(
            dentry: 2, tgid: 101, first: 12 * second, last: 40 * second, reads: 10,
            readBytes: 1000, opens: 5)
        bench.tick(41 * second)
        #expect(bench.take().count == 2, "the master's file: its entry is gone")
        #expect(bench.assembler.statistics.countersMissing == 1)
        bench.kernel.sockets[
            SocketFlowKey(
                sock: 5, tgid: 101, remotePort: 40123, proto: 6,
                remoteAddress: Address(high: 0, low: 0xffff_0a00_0009))] = FlowCounters(
                processStart: 11 * second, firstBoottime: 12 * second, lastBoottime: 41 * second,
                reads: 4, readBytes: 400, writes: 5, writeBytes: 5000,
                operations: LL_OPERATION_ACCEPT | LL_OPERATION_READ_RECEIVE)
        bench.tick(42 * second)
        #expect(
            lines(bench.take()) == [
                "file created /www/index.html f",
                "file flow 101 OPEN|READ r10/1000 w0/0",
                "network flow 101 ACCEPT|READ|WRITE 10.0.0.9:40123>10.0.0.2:80 r4/400 w5/5000",
            ])

        bench.count(
            dentry: 2, tgid: 101, first: 12 * second, last: 50 * second, reads: 13,
            readBytes: 1300, opens: 5)
        worker.boottime = 55 * second
        try bench.feed(worker.exit(status: 9))
        master.boottime = 56 * second
        try bench.feed(master.exit())
        #expect(
            lines(bench.take()) == [
                "file flow 101 READ|CLOSE r3/300 w0/0",
                "network flow 101 CLOSE 10.0.0.9:40123>10.0.0.2:80 r0/0 w0/0",
                "event 101 EXIT 9 []",
                "event 100 EXIT 0 []",
            ])
        #expect(bench.kernel.removed == 2)
        #expect(bench.kernel.files.isEmpty && bench.kernel.sockets.isEmpty)
        bench.checkOrder()
        #expect(bench.assembler.statistics.processesSynthesised == 0)
    }

    @Test func timesAndIdentities() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second, tgid: 100, start: 9 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"], cwd: "/tmp"))
        try bench.feed(
            writer.fileOpen(path: "/f", dentry: 1, mode: 2, openFlags: 0o2001, fd: 7))
        bench.count(
            dentry: 1, tgid: 100, mode: 2, first: 10 * second, last: 11 * second, writes: 2,
            writeBytes: 20)
        bench.tick(40 * second)
        let id = ProcessID(createTime: bootEpoch + 9_000_000_000, hostPID: 100)
        guard case .process(let process) = bench.records[1],
            case .fileFlow(let flow) = bench.records.last
        else { return #expect(Bool(false), "\(lines(bench.records))") }
        #expect(process.oid == id && process.cwd == "/tmp")
        #expect(process.time == bootEpoch + 10_000_000_000)
        #expect(flow.process == id && flow.tid == 100 && flow.fd == 7)
        #expect(flow.openFlags == [.writeOnly, .append])
        #expect(flow.time == bootEpoch + 10_000_000_000)
        #expect(flow.endTime == bootEpoch + 40_000_000_000)
        #expect(flow.volume == Volume(writeOperations: 2, writeBytes: 20))
    }
}

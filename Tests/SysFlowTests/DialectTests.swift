import Foundation
import Testing

@testable import SysFlow

/// The dialect `loadline`: nothing is lost in it, a missing block shows, the public tools read it.
@Suite struct DialectTests {
    static let wide: [Record] = {
        var flow = Samples.networkFlow(source: 0, destination: 0)
        flow.source = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)
        flow.destination = IPAddress(high: 0xfe80_0000_0000_0000, low: .max)
        var mixed = flow
        mixed.source = IPAddress(v4: 0x7f00_0001)
        var event = NetworkEvent(
            process: Samples.shell, time: 1, tid: 2, operations: .connect, source: flow.source,
            sourcePort: 65535, destination: flow.destination, destinationPort: 0, proto: 6,
            result: -1)
        event.operations.insert(.shutdown)
        return [
            .container(
                Container(
                    id: "0123456789ab", name: "web", image: "nginx:1", imageID: "sha256:ff",
                    type: .containerd, privileged: true, podID: "pod-1",
                    imageDigest: "sha256:00ff", cgroupID: .max)),
            .process(
                Process(
                    state: .reup, oid: Samples.parent, parent: nil, time: 10, exe: "/sbin/init",
                    exeArgs: "", uid: 0, gid: 0, containerID: nil, entry: nil)),
            .file(
                File(
                    state: .created, oid: Samples.copy, time: 13, resourceType: 102,
                    path: "/tmp/päss wörd", containerID: nil,
                    inode: Inode(device: .max, number: .max),
                    digest: (0..<32).map { UInt8($0 * 8) })),
            .networkFlow(flow), .networkFlow(mixed), .networkEvent(event),
            .loss(
                Loss(
                    time: 5, containerID: "0123456789ab", kind: "file open", cause: "ring full",
                    count: .max)),
            .loss(Loss(time: 6, containerID: nil, kind: "exec", cause: "table full", count: 0)),
            .verdict(
                VerdictRecord(
                    process: Samples.shell, time: 7, tid: 8, dimension: "file", outcome: "killed",
                    access: ["read", "write"], object: "/etc/shadow", profile: "web")),
        ]
    }()
    static let everything = RoundTripTests.everyKind + wide

    @Test(arguments: Codec.allCases)
    func everyRecordComesBackEqual(_ codec: Codec) throws {
        for interval in [1, 300, 80_000] {
            let file = written(
                Self.everything, dialect: .loadline, codec: codec, syncInterval: interval)
            var reader = try RecordReader(file)
            var records: [Record] = []
            while let record = reader.next() { records.append(record) }
            #expect(records == Self.everything)
            #expect(reader.problems == [])
            #expect(reader.dialect == .loadline)
            #expect(reader.codec == codec)
            #expect(reader.unknownFields == [])
        }
    }

    @Test(
        .enabled(if: !Fixtures.areMissing, "the reference traces ../shared/sysflow are absent"),
        arguments: Fixtures.manifest())
    func everyTraceComesBackEqual(_ trace: Fixtures.Manifest) throws {
        let records = try readAll(try trace.bytes())
        #expect(records.count == trace.total)
        let back = try readAll(written(records, dialect: .loadline))
        #expect(back == records)
    }

    @Test func version5LeavesOutAndCountsWhatItHasNoRoomFor() throws {
        var writer = RecordWriter()
        for record in Self.wide { writer.append(record) }
        writer.finishBlock()
        #expect(writer.omissions.ipv6 == 2)
        #expect(writer.omissions.networkEvents == 1)
        #expect(writer.omissions.losses == 2)
        #expect(writer.omissions.verdicts == 1)
        #expect(writer.omissions.lines.count == 4)
        #expect(writer.records == 3)
    }

    /// What the public library knows of the dialect, it reads; what it does not, it skips.
    @Test func thePublicToolsReadIt() throws {
        let old = try PublicToolsTests.sysprint(written(Samples.entities + Samples.flows))
        let new = try PublicToolsTests.sysprint(
            written(
                Samples.entities + [Samples.networkEvent, Self.wide[6], Self.wide[7], Self.wide[8]]
                    + Samples.flows, dialect: .loadline, syncInterval: 200))
        try #require(new.count == Samples.flows.count)
        for (a, b) in zip(old, new) { #expect(NSDictionary(dictionary: a) == b as NSDictionary) }
    }

    @Test func aMissingBlockShowsWithTheNumberOfItsRecords() throws {
        let file = written(Self.everything, dialect: .loadline, codec: .null, syncInterval: 250)
        let ends = Self.boundaries(of: file)
        try #require(ends.count > 6)
        let before = try readAll(Array(file[..<ends[1]])).count
        for gone in 1...2 {
            let lost = try readAll(Array(file[..<ends[1 + gone]])).count - before
            let cut = Array(file[..<ends[1]] + file[ends[1 + gone]...])
            var reader = try RecordReader(cut)
            var records: [Record] = []
            while let record = reader.next() { records.append(record) }
            #expect(records.count == Self.everything.count - lost)
            #expect(reader.problems.map(\.kind) == [.missingRecords])
            #expect(reader.problems.map(\.lostRecords) == [lost])
            #expect(reader.problems.map(\.offset) == [ends[1]])
            #expect(reader.statistics.lostRecords == lost)
        }
    }

    /// Damage that is reported where it stands is not reported again as missing.
    @Test func damageAndGapAreNotCountedTwice() throws {
        let intact = written(Self.everything, dialect: .loadline, codec: .null, syncInterval: 250)
        let ends = Self.boundaries(of: intact)
        var file = intact
        file[ends[2] - 1] ^= 0xff
        var reader = try RecordReader(file)
        var count = 0
        while reader.next() != nil { count += 1 }
        #expect(reader.statistics.lostRecords == Self.everything.count - count)
        #expect(reader.problems.first?.kind == .damagedBlock)
        #expect(reader.problems.first?.offset == ends[1])
    }

    @Test func aRepeatedBlockShows() throws {
        let file = written(Self.everything, dialect: .loadline, codec: .null, syncInterval: 250)
        let ends = Self.boundaries(of: file)
        let twice = Array(file[..<ends[2]] + file[ends[1]...])
        var reader = try RecordReader(twice)
        while reader.next() != nil {}
        #expect(reader.problems.map(\.kind) == [.repeatedBlock])
        #expect(reader.problems.map(\.offset) == [ends[2]])
    }

    /// Where the header and each block ends.
    private static func boundaries(of file: [UInt8]) -> [Int] {
        let marker = (0..<16).map { Samples.fixedMarker[$0] }
        return file.indices.filter { $0 >= 16 && Array(file[($0 - 16)..<$0]) == marker }
            + [file.count]
    }
}

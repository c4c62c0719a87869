import Foundation
import SysFlow
import Testing

@testable import Agent

struct RecordingTests {
    private static let trace = MadeTrace.records(300, seed: 31)

    @Test func fileAndStreamGetTheSame() throws {
        try withFolder { folder in
            let (output, path) = (folder + "/web.sf", folder + "/s")
            let reader = try StreamReader(path)
            let recording = try Recording(Recording.Options(output: output, stream: path))
            var notes: [String] = []
            recording.onNote = { notes.append($0) }
            for record in Self.trace {
                recording.append(record)
                try recording.turn()
                try reader.take()
            }
            try recording.close()
            try reader.take()
            #expect(ReferenceReader(reader.outputs[0]).seen == ReferenceReader(Self.trace).seen)
            var file: [Record] = []
            #expect(try Traces.read([output]) { file.append($0) }.isEmpty)
            #expect(Array(file.dropFirst()) == Self.trace)
            #expect(notes == ["stream \(path): a reader is there"])
            #expect(
                recording.summary(of: "web") == [
                    "\(output): 301 records of web",
                    "stream \(path): 300 of 300 records of web sent to 1 readers, one after the "
                        + "other",
                ])
        }
    }

    @Test func aStreamWithoutAReaderIsToldAndEndsNothing() throws {
        try withFolder { folder in
            let recording = try Recording(Recording.Options(stream: folder + "/s"))
            for record in Self.trace {
                recording.append(record)
                try recording.turn()
            }
            try recording.close()
            let lines = recording.summary(of: "web")
            #expect(lines.count == 2)
            #expect(lines[0].contains("0 of 300 records of web sent to 0 readers"))
            #expect(lines[0].contains("No such file or directory"))
            #expect(lines[1] == "stream: lost: 300 records: no reader took them in time")
        }
    }

    @Test func rotatedFilesAreCounted() throws {
        try withFolder { folder in
            let output = folder + "/web.sf"
            let recording = try Recording(
                Recording.Options(output: output, rotation: Rotation(nanoseconds: 1)))
            for record in Self.trace {
                recording.append(record)
                try recording.turn()
            }
            try recording.close()
            #expect(
                recording.summary(of: "web") == ["\(output): 300 records of web in 300 files"])
        }
    }

    /// A device is written to and not replaced; this one refuses every write.
    @Test func aFileThatCannotBeWrittenIsSaid() throws {
        let device = "/dev/full"
        let before = try FileManager.default.attributesOfItem(atPath: device)[.type]
        let error = #expect(throws: FileProblem.self) {
            _ = try Recording(Recording.Options(output: device))
        }
        #expect(error?.description.contains("cannot write /dev/full") == true)
        let after = try FileManager.default.attributesOfItem(atPath: device)[.type]
        #expect(after as? FileAttributeType == before as? FileAttributeType)
    }

    /// A link is written through, and what was in the file before is gone.
    @Test func anExistingFileIsEmptied() throws {
        try withFolder { folder in
            let (file, link) = (folder + "/web.sf", folder + "/link")
            try String(repeating: "x", count: 100_000)
                .write(toFile: file, atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            let recording = try Recording(Recording.Options(output: link))
            Self.trace.forEach(recording.append)
            try recording.close()
            var count = 0
            #expect(try Traces.read([file]) { _ in count += 1 }.isEmpty)
            #expect(count == 301)
        }
    }
}

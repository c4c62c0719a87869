import Agent
import Export
import Foundation
import Kernel
import SysFlow

/// Reads files for `loadline print`, writes what it prints to standard output, and tells on
/// standard error what could not be read.
struct PrintSession: ~Copyable {
    /// Nobody reads what is printed any more: a quiet end.
    private struct OutputClosed: Error {}

    private static let pieceBytes = 256 << 10
    /// Seconds between looks at a file that is being written.
    private static let followInterval = 0.2

    private var print: TracePrint
    private var isWhole = true

    init(_ print: consuming TracePrint) { self.print = print }

    /// Prints the files, one after the other.
    ///
    /// - Returns: false where something could not be read.
    /// - Throws: where standard output cannot be written.
    mutating func run(_ paths: [String], follow: Bool) throws -> Bool {
        do {
            for (index, path) in paths.enumerated() where !print.isComplete {
                try run(path, follow: follow && index == paths.count - 1)
            }
            try print.flush(Self.write)
            tellUnresolved()
        } catch is OutputClosed {}
        return isWhole
    }

    private mutating func run(_ path: String, follow: Bool) throws {
        do {
            if path.hasPrefix(TraceSource.socketPrefix) {
                try readStream(path)
            } else if follow {
                try self.follow(path)
            } else {
                try read(path)
            }
        } catch let error as ReadError {
            try tell("\(path) is not a SysFlow file: \(error)")
        } catch let error as FileFailure {
            try tell(error.text)
        } catch let error as FileProblem {
            try tell("\(error)")
        }
    }

    /// Prints what a sender of flow records sends, as it comes, until it goes away.
    private mutating func readStream(_ name: String) throws {
        let source = try TraceSource(name)
        print.begin()
        while !print.isComplete, let record = try source.next() {
            try print.take(record, Self.write)
            try print.flush(Self.write)
        }
        for problem in source.problems {
            isWhole = false
            Terminal.note("damaged: \(problem.file): \(problem.text)")
        }
    }

    private mutating func read(_ path: String) throws {
        let input = try InputFile(path)
        print.begin()
        var told = 0
        while !print.isComplete {
            let piece = try input.read(Self.pieceBytes)
            if piece.isEmpty { break }
            try print.feed(piece, Self.write)
            // Whoever writes into a pipe may wait long before the next record.
            if input.isStandardInput { try print.flush(Self.write) }
            try tellProblems(of: path, from: &told)
        }
        if !print.isComplete { try print.end(Self.write) }
        try tellProblems(of: path, from: &told)
    }

    /// Reads a file that is still written, and what takes its place under its name, until stopped.
    private mutating func follow(_ path: String) throws {
        var input = try InputFile(path)
        print.begin()
        var told = 0
        var isReplaced = false
        while !print.isComplete, !Stop.isRequested {
            let piece = try input.read(Self.pieceBytes)
            if !piece.isEmpty {
                try print.feed(piece, Self.write)
                try tellProblems(of: path, from: &told)
            } else if isReplaced {
                try print.end(Self.write)
                try tellProblems(of: path, from: &told)
                input = try InputFile(path)
                print.begin()
                told = 0
                isReplaced = false
            } else {
                try print.flush(Self.write)
                // What was written between the last read and the replacement is read first.
                isReplaced = input.isReplaced
                if !isReplaced { Thread.sleep(forTimeInterval: Self.followInterval) }
            }
        }
    }

    // MARK: What is told

    private mutating func tellProblems(of path: String, from told: inout Int) throws {
        guard print.problemCount > told else { return }
        isWhole = false
        // So that on a terminal it stands where it belongs.
        try print.flush(Self.write)
        for problem in print.problems.dropFirst(told) {
            Terminal.note("damaged: \(path): \(problem)")
        }
        let untold = print.problemCount - max(told, print.problems.count)
        if untold > 0 { Terminal.note("damaged: \(path): and \(untold) more problems") }
        told = print.problemCount
    }

    private mutating func tell(_ failure: String) throws {
        isWhole = false
        try print.flush(Self.write)
        Terminal.note("loadline: error: \(failure)")
    }

    private func tellUnresolved() {
        if print.forgotten > 0 {
            Terminal.note(
                "\(print.forgotten) processes, files, containers and pods were forgotten for lack "
                    + "of room; what cites them stands without them")
        }
        let unresolved = print.unresolved
        let counts = [
            (unresolved.processes, "processes"), (unresolved.containers, "containers"),
            (unresolved.pods, "pods"), (unresolved.files, "files"),
        ].filter { $0.0 > 0 }
        if !counts.isEmpty {
            Terminal.note(
                "cited and not found: " + counts.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>) throws {
        guard try StandardOutput.write(bytes) else { throw OutputClosed() }
    }
}

/// A file that cannot be read: which, and why.
struct FileFailure: Error {
    var text: String
}

/// A file or standard input, read piece by piece.
struct InputFile {
    private let path: String
    private let handle: FileHandle
    private let status: Files.Status?

    var isStandardInput: Bool { path == "-" }

    init(_ path: String) throws(FileFailure) {
        self.path = path
        if path == "-" {
            handle = .standardInput
            status = nil
            return
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FileFailure(text: "cannot read \(path): \(Files.lastError)")
        }
        self.handle = handle
        // Of the file that was opened, whatever stands under its name by now.
        status = Files.status("/proc/self/fd/\(handle.fileDescriptor)")
    }

    /// The next bytes; none at the end.
    func read(_ count: Int) throws(FileFailure) -> [UInt8] {
        do {
            return try handle.read(upToCount: count).map { Array($0) } ?? []
        } catch {
            // The library's error says only that it failed.
            throw FileFailure(text: "cannot read \(path): \(Files.lastError)")
        }
    }

    /// Whether another file stands under its name by now, or this one was emptied.
    var isReplaced: Bool {
        guard let now = Files.status(path), let status else { return false }
        if now.inode != status.inode || now.device != status.device { return true }
        return now.size < Int64((try? handle.offset()) ?? 0)
    }
}

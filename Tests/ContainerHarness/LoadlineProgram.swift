import Foundation

/// The program under test.
public enum LoadlineProgram {
    /// Built beside the tests; LOADLINE_PROGRAM names another one.
    public static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["LOADLINE_PROGRAM"] { return named }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = (own as NSString).deletingLastPathComponent + "/loadline"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw HarnessError("\(path) is missing: build it with `swift build`")
        }
        return path
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], timeout: Double = 30
    ) throws -> CommandResult {
        try Command.run([try path()] + arguments, timeout: timeout)
    }

    /// Starts it.
    public static func start(_ arguments: [String]) throws -> LoadlineProcess {
        try LoadlineProcess(try path(), arguments)
    }
}

/// An alert as `--format json` prints it.
public struct PrintedAlert: Decodable, Sendable, CustomStringConvertible {
    public struct Process: Decodable, Sendable {
        public var pid: Int
        public var executable: String
    }
    public struct Container: Decodable, Sendable {
        public var id: String
        public var name: String
    }
    public var type: String
    public var time: String
    public var container: Container
    public var profile: String
    public var dimension: String
    public var verdict: String
    public var afterEffect: Bool?
    public var phase: String?
    /// The path is allowed, and this is the matter with the content.
    public var content: String?
    public var expectedSHA256: [String]?
    public var foundSHA256: String?
    public var access: [String]
    public var object: String
    public var lineage: [Process]
    public var nearest: String
    public var nearestRules: [String]

    public var description: String {
        let who = lineage.map(\.executable).joined(separator: " < ")
        let late = afterEffect == true ? " after effect" : ""
        let matter = content.map { ", content \($0)" } ?? ""
        return "\(verdict)\(late) \(dimension) \(access.joined(separator: ",")) \(object) by \(who)"
            + matter
    }
}

extension LoadlineProcess {
    /// What it says at its end that it did not see.
    public var losses: [String] {
        lines.filter { $0.hasPrefix("lost:") }.map(String.init)
    }

    /// The alerts printed so far. A line that is no alert but looks like one is an error.
    public func alerts() throws -> [PrintedAlert] {
        try lines.filter { $0.hasPrefix("{") }.map { line in
            do {
                return try JSONDecoder().decode(PrintedAlert.self, from: Data(line.utf8))
            } catch {
                throw HarnessError("no alert: \(line): \(error)")
            }
        }
    }

    /// The alerts after the first `count`, as soon as one fits, or all after `timeout` seconds.
    public func alerts(
        after count: Int, timeout: Double = 20, until fits: (PrintedAlert) -> Bool
    ) throws -> [PrintedAlert] {
        let all = try alerts(timeout: timeout) { $0.dropFirst(count).contains(where: fits) }
        return Array(all.dropFirst(count))
    }

    /// The alerts as soon as they are what is waited for, or as they are after `timeout` seconds.
    public func alerts(
        timeout: Double = 20, until isEnough: ([PrintedAlert]) -> Bool
    ) throws -> [PrintedAlert] {
        let deadline = Patience.deadline(timeout)
        while true {
            let alerts = try alerts()
            if isEnough(alerts) || Date() > deadline { return alerts }
            usleep(20_000)
        }
    }
}

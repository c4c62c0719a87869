import ContainerHarness
import Foundation

/// The public SysFlow tools, which know nothing of loadline.
enum SysflowTools {
    /// One event or flow as `sysprint -o flatjson` prints it.
    struct Line {
        var fields: [String: Any]

        var type: String { text("type") }
        var operations: Int { number("opflags_bitmap") }
        func text(_ name: String) -> String { fields[name] as? String ?? "" }
        func number(_ name: String) -> Int { fields[name] as? Int ?? 0 }
        func has(_ bit: Int) -> Bool { operations & 1 << bit != 0 }
    }

    static func sysprint(_ file: String) throws -> [Line] {
        let result = try Command.run(
            [try directory() + "/sysprint", "-o", "flatjson", file], timeout: 600
        ).expectSuccess("sysprint")
        guard result.stderr.isEmpty else { throw HarnessError("sysprint said \(result.stderr)") }
        return try result.stdout.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return Line(fields: object as? [String: Any] ?? [:])
        }
    }

    /// Runs a Python program with the tools' library. Its output's words.
    static func python(_ script: String, _ arguments: [String]) throws -> [String] {
        let result = try Command.run(
            [try directory() + "/python", "-c", script] + arguments, timeout: 600
        ).expectSuccess("python")
        return result.stdout.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Where the tools' programs are. `make test` has made them; else the first call downloads
    /// them, which takes as long as the network does.
    private static func directory() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let script = root.appending(path: ".ci/sysflow-tools-venv").path()
        let tool = try Command.run([script], timeout: 1800).expectSuccess(script).stdout
        return (tool.trimmingCharacters(in: .whitespacesAndNewlines) as NSString)
            .deletingLastPathComponent
    }
}

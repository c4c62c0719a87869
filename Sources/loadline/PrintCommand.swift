import ArgumentParser
import Export
import Kernel
import Query

struct PrintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print",
        abstract: "Prints the events and flows of SysFlow files.",
        discussion: """
            Every event and flow stands with the process, its parent, the container, pod and \
            files that it cites. Formats: table for people; json with an object for each group \
            of fields; flat as the public tools' flatjson; csv with a line of names.

            --where takes comparisons of fields, joined by and, or, not and parentheses: \
            = != < <= > >= in (a, b), and of texts contains icontains startswith endswith \
            pmatch (a, b), which is: one of them is a part. `exists FIELD`: it has a value. Texts \
            with blanks stand in quotes. Of a field with several values one must agree.

            Exit status 1 when something is damaged or unreadable; all else is printed.

            Examples:
              loadline print web.sf
              loadline print web.sf --where 'type = FF and file.path startswith /etc'
              loadline print web.sf --where 'proc.aname in (bash, sh) and ret < 0'
              loadline print web.sf --where 'type = NF and not net.ip startswith 10.'
              loadline print *.sf --format csv --fields ts,proc.exe,file.path > files.csv
              loadline print --follow web.sf --format flat | jq .
              loadline print --list-fields
            """)

    @Argument(
        help: ArgumentHelp(
            "SysFlow files; - is standard input, unix:PATH a stream.", valueName: "file"))
    var files: [String] = []

    @Option(help: "How to print.")
    var format = PrintFormat.table

    @Option(
        help: ArgumentHelp("The fields to print, as ts,proc.exe,res.", valueName: "names"),
        transform: PrintArguments.fields)
    var fields: [Attribute]?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Only what this holds of.", valueName: "expression"),
        transform: PrintArguments.condition)
    var condition: Condition?

    @Flag(help: "At the end of the last file wait for more, until stopped.")
    var follow = false

    @Flag(help: "Prints the names of all fields and what they are.")
    var listFields = false

    @Option(help: ArgumentHelp("Print no more than so many.", valueName: "number"))
    var limit: Int?

    func validate() throws {
        guard listFields || !files.isEmpty else {
            throw ValidationError("name a SysFlow file, or - for standard input")
        }
        guard limit ?? 0 >= 0 else { throw ValidationError("--limit is less than 0") }
        guard !follow || !(files.last == "-" || files.last?.hasPrefix("unix:") == true) else {
            throw ValidationError("that is read to its end anyway: leave --follow out")
        }
    }

    func run() throws {
        try reporting {
            StandardOutput.outliveReader()
            if listFields {
                FieldHelp.lines.forEach(Terminal.print)
                return
            }
            if follow { Stop.catchSignals() }
            let printer = RecordPrinter(
                format.format, fields: fields, width: StandardOutput.columns)
            var session = PrintSession(
                TracePrint(printer, where: condition, limit: limit))
            let isWhole = try session.run(files, follow: follow)
            if !isWhole { throw ExitCode(1) }
        }
    }
}

enum PrintFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv, flat
    var format: RecordPrinter.Format {
        switch self {
        case .table: .table
        case .json: .json
        case .csv: .csv
        case .flat: .flat
        }
    }
}

/// Reads `--fields` and `--where`.
enum PrintArguments {
    static func fields(_ text: String) throws -> [Attribute] {
        do {
            return try Attribute.list(parsing: text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    static func condition(_ text: String) throws -> Condition {
        do {
            let condition = try Condition(parsing: text)
            if let first = condition.impossibilities.first { throw ValidationError(first) }
            return condition
        } catch let error as ConditionError {
            throw ValidationError("\(error)")
        }
    }
}

/// What `--list-fields` prints.
enum FieldHelp {
    static var lines: [String] {
        let width = Attribute.catalogue.map(\.name.count).max() ?? 0
        return Attribute.catalogue.map { entry in
            pad(entry.name, width) + "  " + pad(word(entry.type), 7) + "  " + entry.summary
                + (entry.isExtra ? " (printed only when named)" : "")
        }
    }

    private static func word(_ type: Attribute.ValueType) -> String {
        switch type {
        case .text: "text"
        case .number: "number"
        case .flag: "flag"
        case .time: "time"
        case .texts: "texts"
        case .numbers: "numbers"
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

internal import SysFlow

/// What can be asked of an event or flow and printed of it. Their names, types and columns stand
/// in `Attribute.catalogue`.
public enum Attribute: Int, CaseIterable, Hashable, Sendable {
    // The record.
    case number, version, type, state, operations, operationBits, result
    case start, startNanoseconds, end, endNanoseconds
    // Its process.
    case processPID, processTID, processUID, processUser, processGID, processGroup
    case processDirectory, processExecutable, processArguments, processTTY, processEntry
    case processEnvironment, processCreated, processName, processCommandLine
    // The process and its ancestors.
    case ancestorPIDs, ancestorNames, ancestorExecutables, ancestorCommandLines
    // The parent.
    case parentPID, parentGID, parentUID, parentGroup, parentTTY, parentEntry, parentEnvironment
    case parentUser, parentDirectory, parentExecutable, parentArguments, parentCreated
    case parentName, parentCommandLine
    // The file.
    case fileDescriptor, filePath, fileNewPath, fileType, fileOpenFlags
    case fileName, fileDirectory, fileNewName, fileNewDirectory, fileIsOpenWrite, fileIsOpenRead
    // The connection.
    case networkProtocol, sourcePort, destinationPort, sourceAddress, destinationAddress
    case anyPort, anyAddress, resource
    // What was counted.
    case readBytes, readOperations, writtenBytes, writeOperations
    case threadsCloned, threadsExited, threadErrors
    // Where.
    case containerID, containerName, containerImageID, containerImage, containerType
    case containerPrivileged
    case podID, podName, podNode, podHostAddresses, podAddresses, podNamespace, podRestarts
    case podServices
    case nodeID, nodeAddress, traceFile, schema, tags
    case kubernetesAction, kubernetesKind, kubernetesMessage
    // What only the dialect `loadline` says.
    case verdictDimension, verdictOutcome, verdictAccess, verdictObject, verdictProfile
    case lossKind, lossCause, lossCount

    /// What values an attribute has.
    public enum ValueType: Hashable, Sendable {
        case text
        case number
        /// True or false.
        case flag
        /// Nanoseconds since the epoch; compared with numbers and with dates.
        case time
        /// Several texts; an operator holds if it holds of one of them.
        case texts
        /// Several numbers; likewise.
        case numbers
    }

    /// One row of the catalogue.
    public struct Entry: Sendable {
        public var attribute: Attribute
        /// As it is written in expressions and field lists, without the prefix `sf.`.
        public var name: String
        public var type: ValueType
        /// The column's head in a table.
        public var title: String
        /// The column's characters.
        public var width: Int
        /// One line for people.
        public var summary: String
        /// It is not among the fields that are printed unless asked for.
        public var isExtra: Bool
    }

    /// Its row of the catalogue.
    public var entry: Entry { Self.catalogue[rawValue] }
    public var name: String { entry.name }
    public var type: ValueType { Self.types[rawValue] }

    /// The attribute of a name, with or without the prefix `sf.`; nil where there is none.
    public init?(name: some StringProtocol) {
        let plain = name.hasPrefix("sf.") ? String(name.dropFirst(3)) : String(name)
        guard let attribute = Self.byName[plain] else { return nil }
        self = attribute
    }

    /// The attribute whose name is most like a text that is none; nil where nothing is near.
    public static func nearest(to text: some StringProtocol) -> Attribute? {
        let plain = text.hasPrefix("sf.") ? text.dropFirst(3)[...] : text[...]
        let wanted = Array(plain.utf8.prefix(64))
        var best: (attribute: Attribute, distance: Int)?
        for entry in catalogue {
            let distance = editDistance(wanted, Array(entry.name.utf8))
            if distance < best?.distance ?? .max { best = (entry.attribute, distance) }
        }
        guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
        return best.attribute
    }

    /// How many bytes must be put in, taken out or changed to make one text of the other.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let changed = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }

    private static let types = catalogue.map(\.type)

    private static let byName: [String: Attribute] = {
        var names: [String: Attribute] = [:]
        for entry in catalogue { names[entry.name] = entry.attribute }
        return names
    }()

    /// What an attribute of a closed set of values can be; nil for the others.
    public var symbols: [String]? {
        switch self {
        case .type: Occurrence.Kind.allCases.map(\.code)
        case .operations: Flags.operations.map(\.name)
        case .fileOpenFlags: Flags.open.map(\.name)
        default: nil
        }
    }
}

extension Attribute {
    /// Reads a list of names as `proc.exe,file.path`.
    ///
    /// - Throws: `ConditionError` for a name that is none, one that stands there twice, or none.
    public static func list(parsing text: String) throws(ConditionError) -> [Attribute] {
        var attributes: [Attribute] = []
        var column = 1
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let blanks = part.prefix { $0 == " " }.count
            let name = String(part.dropFirst(blanks)).trimmedEnd
            guard let attribute = Attribute(name: name) else {
                let nearest = nearest(to: name).map { "; did you mean \($0.name)?" }
                throw ConditionError(
                    column: column + blanks,
                    detail: "\(QuotedText.quoted(name)) is no field"
                        + (nearest ?? "; --list-fields lists them"))
            }
            guard !attributes.contains(attribute) else {
                throw ConditionError(
                    column: column + blanks, detail: "\(name) is given twice; remove one")
            }
            attributes.append(attribute)
            column += part.count + 1
        }
        return attributes
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

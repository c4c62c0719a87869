internal import SysFlow

/// Prints all fields of events and flows as flat JSON objects, one a line, as the public tools'
/// `flatjson` does. What depends on entities alone comes ready from `FlatFragments`; only numbers
/// and times are written anew for each line.
struct FlatPrinter: Sendable {
    private var fragments = FlatFragments()
    private var clock = UTCClock()
    private let keys = Keys()

    /// Keys between values that differ from line to line, with the quotes and commas around them.
    private struct Keys: Sendable {
        let null = Array("null".utf8)
        let empty = Array("\"\"".utf8)
        let start = Array(",\"ts\":\"".utf8)
        let startNanoseconds = Array("\",\"ts_uts\":".utf8)
        let end = Array(",\"endts\":\"".utf8)
        let endNanoseconds = Array("\",\"endts_uts\":".utf8)
        let pid = Array(",\"proc.pid\":".utf8)
        let tid = Array(",\"proc.tid\":".utf8)
        let readOperations = Array(",\"flow.rops\":".utf8)
        let writtenBytes = Array(",\"flow.wbytes\":".utf8)
        let writeOperations = Array(",\"flow.wops\":".utf8)
        let noVolume = Array(
            "null,\"flow.rops\":null,\"flow.wbytes\":null,\"flow.wops\":null".utf8)
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: EntityTables, to line: inout [UInt8]
    ) {
        line.append(contentsOf: fragments.head(occurrence, tables))
        appendTimes(occurrence, tables, to: &line)
        line.append(contentsOf: fragments.process(occurrence.process, tables))
        line.append(contentsOf: fragments.parent(occurrence.parent, tables))
        appendNumber(occurrence.fd, to: &line)
        appendFile(occurrence, tables, to: &line)
        if let endpoints = occurrence.endpoints {
            appendNumber(occurrence.openFlags?.rawValue, to: &line)
            append(endpoints, to: &line)
        } else {
            appendNumber(occurrence.openFlags?.rawValue, to: &line)
            appendResource(occurrence, tables, to: &line)
        }
        appendVolume(occurrence.volume, to: &line)
        appendTail(occurrence, tables, to: &line)
    }

    // MARK: Parts of a line, in its order

    private mutating func appendTimes(
        _ occurrence: Occurrence, _ tables: EntityTables, to line: inout [UInt8]
    ) {
        let start = clock.text(occurrence.time)
        let end = occurrence.endTime.map { clock.text($0) }
        let pid = occurrence.process.map { tables.processes.values[Int($0.slot)].oid.hostPID }
        let keys = keys
        line.append(addingCapacity: 320) { out in
            if let result = occurrence.result {
                out.appendDecimal(Int64(result))
            } else {
                out.append(keys.null)
            }
            out.append(keys.start)
            out.append(start)
            out.append(keys.startNanoseconds)
            out.appendDecimal(occurrence.time)
            out.append(keys.end)
            if let end { out.append(end) }
            out.append(keys.endNanoseconds)
            out.appendDecimal(occurrence.endTime, or: keys.null)
            out.append(keys.pid)
            out.appendDecimal(pid, or: keys.null)
            out.append(keys.tid)
            out.appendDecimal(occurrence.tid, or: keys.null)
        }
    }

    private func appendNumber(_ value: Int32?, to line: inout [UInt8]) {
        if let value {
            line.appendDecimal(Int64(value))
        } else {
            line.append(contentsOf: keys.empty)
        }
    }

    private mutating func appendFile(
        _ occurrence: Occurrence, _ tables: EntityTables, to line: inout [UInt8]
    ) {
        if let newFile = occurrence.newFile {
            line += FlatText.file(
                occurrence.file.map { tables.files.values[Int($0.slot)] },
                tables.files.values[Int(newFile.slot)])
        } else {
            line.append(contentsOf: fragments.file(occurrence.file, tables))
        }
    }

    private mutating func appendResource(
        _ occurrence: Occurrence, _ tables: EntityTables, to line: inout [UInt8]
    ) {
        if let newFile = occurrence.newFile {
            line += FlatText.resource(
                occurrence.file.map { tables.files.values[Int($0.slot)] },
                tables.files.values[Int(newFile.slot)])
        } else {
            line.append(contentsOf: fragments.resource(occurrence.file, tables))
        }
    }

    private func append(_ endpoints: Occurrence.Endpoints, to line: inout [UInt8]) {
        line.append(",\"net.proto\":")
        line.appendDecimal(Int64(endpoints.proto))
        line.append(",\"net.sport\":")
        line.appendDecimal(Int64(endpoints.sourcePort))
        line.append(",\"net.dport\":")
        line.appendDecimal(Int64(endpoints.destinationPort))
        line.append(",\"net.sip\":\"")
        line.append(endpoints.source)
        line.append("\",\"net.dip\":\"")
        line.append(endpoints.destination)
        line.append("\",\"res\":\"")
        line.append(endpoints)
        line.append("\",\"flow.rbytes\":")
    }

    private func appendVolume(_ volume: Volume?, to line: inout [UInt8]) {
        let keys = keys
        guard let volume else {
            line.append(contentsOf: keys.noVolume)
            return
        }
        line.append(addingCapacity: 160) { out in
            out.appendDecimal(volume.readBytes)
            out.append(keys.readOperations)
            out.appendDecimal(volume.readOperations)
            out.append(keys.writtenBytes)
            out.appendDecimal(volume.writeBytes)
            out.append(keys.writeOperations)
            out.appendDecimal(volume.writeOperations)
        }
    }

    private mutating func appendTail(
        _ occurrence: Occurrence, _ tables: EntityTables, to line: inout [UInt8]
    ) {
        let tail = fragments.tail(occurrence, tables)
        if let threads = occurrence.threads {
            line.append(",\"pf.nthreads\":")
            line.appendDecimal(threads.cloned)
            line.append(",\"pf.nexits\":")
            line.appendDecimal(threads.exited)
            line.append(",\"pf.nerrors\":")
            line.appendDecimal(threads.errors)
            line += tail[FlatText.noThreads.count...]
        } else if let event = occurrence.kubernetes {
            line += tail[..<(tail.count - FlatText.noKubernetes.count)]
            line.append(",\"k8s.action\":")
            line.appendJSON(event.actionSymbol ?? "")
            line.append(",\"k8s.kind\":")
            line.appendJSON(event.kindSymbol ?? "")
            line.append(",\"k8s.msg\":")
            line.appendJSON(event.message)
            line.append("}\n")
        } else {
            line.append(contentsOf: tail)
        }
    }
}

extension OutputSpan<UInt8> {
    fileprivate mutating func appendDecimal(_ value: Int64?, or other: [UInt8]) {
        if let value { appendDecimal(value) } else { append(other) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ address: IPAddress) {
        guard let v4 = address.v4 else {
            append(address.description)
            return
        }
        append(addingCapacity: 16) { out in
            out.appendDecimal(Int64(v4 >> 24))
            out.append(UInt8(ascii: "."))
            out.appendDecimal(Int64(v4 >> 16 & 255))
            out.append(UInt8(ascii: "."))
            out.appendDecimal(Int64(v4 >> 8 & 255))
            out.append(UInt8(ascii: "."))
            out.appendDecimal(Int64(v4 & 255))
        }
    }

    /// As `Endpoints.text`, without making it.
    fileprivate mutating func append(_ endpoints: Occurrence.Endpoints) {
        guard endpoints.source.v4 != nil, endpoints.destination.v4 != nil else {
            append(endpoints.text)
            return
        }
        append(endpoints.source)
        append(UInt8(ascii: ":"))
        appendDecimal(Int64(endpoints.sourcePort))
        append(UInt8(ascii: "-"))
        append(endpoints.destination)
        append(UInt8(ascii: ":"))
        appendDecimal(Int64(endpoints.destinationPort))
    }
}

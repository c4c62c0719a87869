internal import Query
internal import SysFlow

/// Prints all fields of events and flows as JSON objects, one a line; the flat ones are those of the
/// public tools' `flatjson`. What depends on entities alone comes ready from `LineParts`; only numbers
/// and times are written anew for each line.
struct JSONLines: Sendable {
    /// Bytes of a line beside its ready parts, at most: numbers, times, addresses and keys.
    private static let mostBetween = 1024

    private var parts: LineParts
    /// Flows begin and end in other seconds: each has its own.
    private var startClock = UTCClock()
    private var endClock = UTCClock()
    private let keys: BetweenKeys
    private let text: LineText

    init(isNested: Bool) {
        text = LineText(isNested: isNested)
        parts = LineParts(text)
        keys = BetweenKeys(text.keys)
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to output: inout OutputBuffer
    ) {
        let line = parts.line(occurrence, tables)
        let ending = text.ending(occurrence, tables)
        let startMicros = startClock.set(occurrence.time)
        let endMicros = occurrence.endTime.map { endClock.set($0) } ?? 0
        let most = line.count + Self.mostBetween + (ending?.count ?? 0)
        output.withRoom(for: most) { writer in
            let ready = parts.text.span
            writer.write(ready.extracting(line.head.range))
            writeTimes(occurrence, startMicros, endMicros, &writer)
            let pid = occurrence.process.map {
                tables.processes.values[Int($0.slot)].oid.hostPID
            }
            write(pid, &writer)
            writer.write(keys.tid.span)
            write(occurrence.tid, &writer)
            writer.write(ready.extracting(line.people.range))
            if let fd = occurrence.fd {
                writer.writeDecimal(Int64(fd))
            } else {
                writer.write(keys.empty.span)
            }
            writer.write(ready.extracting(line.resource.range))
            if let endpoints = occurrence.endpoints { write(endpoints, &writer) }
            write(occurrence.volume, &writer)
            if let threads = occurrence.threads {
                write(threads, &writer)
                let rest = line.tail.start + text.noThreads.count
                writer.write(ready.extracting(rest..<line.tail.end))
            } else if let ending {
                let end = line.tail.end - text.noKubernetes.count
                writer.write(ready.extracting(line.tail.start..<end))
                writer.write(ending.span)
            } else {
                writer.write(ready.extracting(line.tail.range))
            }
        }
    }

    // MARK: What belongs to the line alone

    /// From the value of `ret` to that of `proc.pid`.
    @inline(__always)
    private func writeTimes(
        _ occurrence: Occurrence, _ startMicros: UInt32, _ endMicros: UInt32,
        _ writer: inout LineWriter
    ) {
        guard let endTime = occurrence.endTime else {
            if let result = occurrence.result {
                writer.writeDecimal(Int64(result))
            } else {
                writer.write(keys.null.span)
            }
            writeStart(occurrence.time, startMicros, &writer)
            writer.write(keys.noEnd.span)
            return
        }
        let digits: Range<Int64> = 1_000_000_000_000_000_000..<Int64.max
        guard startMicros != 0, endMicros != 0, digits.contains(occurrence.time),
            digits.contains(endTime)
        else {
            writer.moveBack(by: text.flowTimes.count)
            writer.write(keys.null.span)
            writeStart(occurrence.time, startMicros, &writer)
            writer.write(keys.end.span)
            writer.writeTime(endClock.wholeSeconds.span, endMicros)
            writer.write(keys.endNanoseconds.span)
            writer.writeDecimal(endTime)
            writer.write(keys.pid.span)
            return
        }
        let end = writer.position
        writer.overwrite(
            at: end - text.places.startText, withTime: startClock.wholeSeconds.span, startMicros)
        writer.overwrite(at: end - text.places.startNanoseconds, with19Digits: occurrence.time)
        writer.overwrite(
            at: end - text.places.endText, withTime: endClock.wholeSeconds.span, endMicros)
        writer.overwrite(at: end - text.places.endNanoseconds, with19Digits: endTime)
    }

    private func writeStart(_ time: Int64, _ micros: UInt32, _ writer: inout LineWriter) {
        writer.write(keys.start.span)
        writer.writeTime(startClock.wholeSeconds.span, micros)
        writer.write(keys.startNanoseconds.span)
        writer.writeDecimal(time)
    }

    @inline(__always)
    private func write(_ value: Int64?, _ writer: inout LineWriter) {
        if let value { writer.writeDecimal(value) } else { writer.write(keys.null.span) }
    }

    /// From the value of `net.proto` to that of `flow.rbytes`.
    private func write(_ endpoints: Occurrence.Endpoints, _ writer: inout LineWriter) {
        writer.writeDecimal(Int64(endpoints.proto))
        writer.write(keys.sourcePort.span)
        writer.writeDecimal(Int64(endpoints.sourcePort))
        writer.write(keys.destinationPort.span)
        writer.writeDecimal(Int64(endpoints.destinationPort))
        writer.write(keys.source.span)
        guard let source = endpoints.source.v4, let destination = endpoints.destination.v4 else {
            writer.write(endpoints.source.description.utf8.span)
            writer.write(keys.destination.span)
            writer.write(endpoints.destination.description.utf8.span)
            writer.write(keys.resource.span)
            writer.write(endpoints.text.utf8.span)
            writer.write(keys.readBytes.span)
            return
        }
        writer.write(source)
        writer.write(keys.destination.span)
        writer.write(destination)
        writer.write(keys.resource.span)
        writer.write(source)
        writer.write(UInt8(ascii: ":"))
        writer.writeDecimal(Int64(endpoints.sourcePort))
        writer.write(UInt8(ascii: "-"))
        writer.write(destination)
        writer.write(UInt8(ascii: ":"))
        writer.writeDecimal(Int64(endpoints.destinationPort))
        writer.write(keys.readBytes.span)
    }

    @inline(__always)
    private func write(_ volume: Volume?, _ writer: inout LineWriter) {
        guard let volume else {
            writer.write(keys.noVolume.span)
            return
        }
        writer.writeDecimal(volume.readBytes)
        writer.write(keys.readOperations.span)
        writer.writeDecimal(volume.readOperations)
        writer.write(keys.writtenBytes.span)
        writer.writeDecimal(volume.writeBytes)
        writer.write(keys.writeOperations.span)
        writer.writeDecimal(volume.writeOperations)
    }

    private func write(_ threads: Occurrence.Threads, _ writer: inout LineWriter) {
        writer.write(keys.threads.span)
        writer.writeDecimal(threads.cloned)
        writer.write(keys.threadExits.span)
        writer.writeDecimal(threads.exited)
        writer.write(keys.threadErrors.span)
        writer.writeDecimal(threads.errors)
    }
}

/// What stands between values that differ from line to line.
private struct BetweenKeys: Sendable {
    let null = Array("null".utf8)
    let empty = Array("\"\"".utf8)
    let start: [UInt8]
    let startNanoseconds: [UInt8]
    let end: [UInt8]
    let endNanoseconds: [UInt8]
    let noEnd: [UInt8]
    let pid: [UInt8]
    let tid: [UInt8]
    let sourcePort: [UInt8]
    let destinationPort: [UInt8]
    let source: [UInt8]
    let destination: [UInt8]
    let resource: [UInt8]
    let readBytes: [UInt8]
    let readOperations: [UInt8]
    let writtenBytes: [UInt8]
    let writeOperations: [UInt8]
    let noVolume: [UInt8]
    let threads: [UInt8]
    let threadExits: [UInt8]
    let threadErrors: [UInt8]

    init(_ keys: LineKeys) {
        let quote = [UInt8(ascii: "\"")]
        start = keys[.start] + quote
        startNanoseconds = quote + keys[.startNanoseconds]
        end = keys[.end] + quote
        endNanoseconds = quote + keys[.endNanoseconds]
        noEnd = end + endNanoseconds + null + keys[.processPID]
        pid = keys[.processPID]
        tid = keys[.processTID]
        sourcePort = keys[.sourcePort]
        destinationPort = keys[.destinationPort]
        source = keys[.sourceAddress] + quote
        destination = quote + keys[.destinationAddress] + quote
        resource = quote + keys[.resource] + quote
        readBytes = quote + keys[.readBytes]
        readOperations = keys[.readOperations]
        writtenBytes = keys[.writtenBytes]
        writeOperations = keys[.writeOperations]
        noVolume = null + readOperations + null + writtenBytes + null + writeOperations + null
        threads = keys[.threadsCloned]
        threadExits = keys[.threadsExited]
        threadErrors = keys[.threadErrors]
    }
}

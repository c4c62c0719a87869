internal import Kernel
internal import SensorABI

/// A sensor's object whose maps and links are pinned: taken over from whoever pinned them, or made.
///
/// Each step leaves what the next agent can take over, wherever this one is killed:
/// 1. maps are made and pinned, one by one. Without links nothing uses them, and whoever comes
///    next takes those that are there and makes the others;
/// 2. links are made and pinned, one by one. A link that was not pinned yet ends with its maker.
///    Nothing is held before all of them are there;
/// 3. links of another build are removed, once all of this one's are there: in between both
///    judge, on the same maps;
/// 4. directories of other layouts are removed, once their containers are held by this one.
final class PinnedObject {
    private let object: BPFObject
    private let place: PinPlace
    private let attachments: [Attachment]
    private let cgroupRoot: String
    let directory: String
    /// Where all layouts lie.
    var root: String { place.root }
    private let linkDirectory: String
    private(set) var links: [String: BPFLink] = [:]
    /// The maps were there before.
    let isTakenOver: Bool
    /// What was found that no agent leaves behind.
    private(set) var alarms: [String] = []
    /// False while another's programs are used, which are the same.
    private var isLoaded = false
    /// Pins by their paths.
    private var inodes: [String: UInt64] = [:]

    init(
        _ object: BPFObject, build: String, at place: PinPlace, _ attachments: [Attachment],
        cgroupRoot: String
    ) throws(KernelError) {
        self.object = object
        self.place = place
        self.attachments = attachments
        self.cgroupRoot = cgroupRoot
        let layout = "\(LL_ABI_VERSION)-" + object.layout.text
        let maps = object.sharedMaps
        let broken: [String]
        (directory, isTakenOver, broken) = try Self.usableDirectory(
            place.root + "/" + layout, maps.map(\.file))
        alarms = broken.map {
            "\($0) has links and lacks maps, so their pins were removed: containers are held anew"
        }
        linkDirectory = directory + "/" + PinPlace.linksPrefix + build
        for path in [directory, directory + "/maps", linkDirectory] {
            try BPFFileSystem.makeDirectory(path)
        }
        let before = try BPFFileSystem.names(in: linkDirectory)
        for attachment in attachments {
            links[attachment.program] = try usableLink(attachment)
        }
        let missing = attachments.filter(\.isAlways).map(\.program).filter { links[$0] == nil }
        // An agent that was killed while it began may have made a part of them.
        if !before.isEmpty, !missing.isEmpty, place.agent(in: directory)?.begun_boottime_ns ?? 0 > 0
        {
            alarms.append(
                "without an agent these programs were detached, or their pins removed: "
                    + missing.joined(separator: ", ") + ": attached again")
        }
        if isTakenOver, missing.isEmpty {
            for map in maps { try object.takeMap(map.name, from: path(ofMap: map.file)) }
        } else {
            try makeAll(maps)
        }
        remember(maps)
        try removeOtherBuilds()
    }

    /// The first directory of a layout that is whole or new, and whether it is whole. One with
    /// links that lacks a map cannot be used: the programs have a map that nobody can reach.
    private static func usableDirectory(
        _ path: String, _ maps: [String]
    ) throws(KernelError) -> (String, isWhole: Bool, broken: [String]) {
        var broken: [String] = []
        var number = 0
        while true {
            let directory = number == 0 ? path : "\(path)-\(number)"
            let there = Set(try BPFFileSystem.names(in: directory + "/maps"))
            if there.isSuperset(of: maps) { return (directory, true, broken) }
            let links = try BPFFileSystem.names(in: directory)
                .filter { $0.hasPrefix(PinPlace.linksPrefix) }
            var isUsed = false
            for entry in links {
                let names = try BPFFileSystem.names(in: directory + "/" + entry)
                if !names.isEmpty { isUsed = true }
            }
            if !isUsed { return (directory, false, broken) }
            broken.append(directory)
            number += 1
        }
    }

    private func usableLink(_ attachment: Attachment) throws(KernelError) -> BPFLink? {
        let path = path(of: attachment)
        guard BPFFileSystem.inode(path) != nil else { return nil }
        if let link = try? BPFLink(pinnedAt: path), link.isAttached { return link }
        // It was detached, or it is something else.
        try BPFFileSystem.unpin(path)
        return nil
    }

    private func makeAll(_ maps: [(name: String, file: String)]) throws(KernelError) {
        for map in maps { try object.pinMap(map.name, at: path(ofMap: map.file)) }
        try object.load()
        isLoaded = true
        for attachment in attachments where links[attachment.program] == nil {
            try attach(attachment)
        }
    }

    private func attach(_ attachment: Attachment) throws(KernelError) {
        try loadOnce()
        let link = try object.attach(attachment, cgroupRoot: cgroupRoot)
        try link.pin(at: path(of: attachment))
        links[attachment.program] = link
    }

    private func loadOnce() throws(KernelError) {
        guard !isLoaded else { return }
        try object.load()
        isLoaded = true
    }

    private func path(of attachment: Attachment) -> String {
        linkDirectory + "/" + attachment.program
    }

    private func path(ofMap file: String) -> String { directory + "/maps/" + file }

    // MARK: Those that came before

    private func removeOtherBuilds() throws(KernelError) {
        for name in try BPFFileSystem.names(in: directory)
        where name.hasPrefix(PinPlace.linksPrefix) && directory + "/" + name != linkDirectory {
            let other = directory + "/" + name
            try place.removeAll(other, try BPFFileSystem.names(in: other))
        }
    }

    /// Removes what other layouts still hold. Returns their directories.
    func removeOtherLayouts() throws(KernelError) -> [String] {
        var removed: [String] = []
        for layout in try place.layouts() where layout.directory != directory {
            try place.remove(layout)
            removed.append(layout.directory)
        }
        return removed
    }

    // MARK: Looking after them

    private func remember(_ maps: [(name: String, file: String)]) {
        inodes = [:]
        for path in maps.map({ self.path(ofMap: $0.file) }) + attachments.map(path(of:)) {
            inodes[path] = BPFFileSystem.inode(path)
        }
    }

    /// Finds what others removed, replaced or detached, and mends it.
    /// - Returns: a line for each such thing.
    func mend() -> [String] {
        var notes: [String] = []
        for path in [directory, directory + "/maps", linkDirectory] {
            try? BPFFileSystem.makeDirectory(path)
        }
        for attachment in attachments where isDetached(attachment) {
            notes.append(
                told("the program \(attachment.program) was detached", "attached again") {
                    () throws(KernelError) in
                    try BPFFileSystem.unpin(path(of: attachment))
                    try attach(attachment)
                    inodes[path(of: attachment)] = BPFFileSystem.inode(path(of: attachment))
                })
        }
        for attachment in attachments {
            let path = path(of: attachment)
            guard let link = links[attachment.program] else { continue }
            if let note = restore(path, { () throws(KernelError) in try link.pin(at: path) }) {
                notes.append(note)
            }
        }
        for map in object.sharedMaps {
            let path = path(ofMap: map.file)
            if let note = restore(
                path, { () throws(KernelError) in try object.map(map.name).pin(at: path) })
            {
                notes.append(note)
            }
        }
        return notes
    }

    /// What comes and goes is missed while it is wanted.
    private func isDetached(_ attachment: Attachment) -> Bool {
        guard let link = links[attachment.program] else { return attachment.isAlways }
        return !link.isAttached
    }

    /// Attaches a program that comes and goes.
    func putBack(_ program: String) throws(KernelError) -> BPFLink {
        guard let attachment = attachments.first(where: { $0.program == program }) else {
            throw KernelError.unusable("attach \(program)", remedy: "this is a fault")
        }
        try loadOnce()
        let link = try object.attach(attachment, cgroupRoot: cgroupRoot)
        links[program] = link
        // Somebody may have removed the directories: it hangs there without, as the others do.
        let path = path(of: attachment)
        try? BPFFileSystem.unpin(path)
        try? link.pin(at: path)
        inodes[path] = BPFFileSystem.inode(path)
        return link
    }

    /// Detaches it, once its link is let go.
    func takeAway(_ program: String) throws(KernelError) {
        let path = linkDirectory + "/" + program
        links[program] = nil
        inodes[path] = nil
        try BPFFileSystem.unpin(path)
    }

    private func restore(_ path: String, _ pin: () throws(KernelError) -> Void) -> String? {
        let now = BPFFileSystem.inode(path)
        if let now, now == inodes[path] { return nil }
        let what = now == nil ? "the pin \(path) was removed" : "the pin \(path) was replaced"
        return told(what, "pinned again") { () throws(KernelError) in
            try BPFFileSystem.unpin(path)
            try pin()
            inodes[path] = BPFFileSystem.inode(path)
        }
    }

    private func told(
        _ what: String, _ done: String, _ mend: () throws(KernelError) -> Void
    ) -> String {
        do throws(KernelError) {
            try mend()
            return "\(what): \(done)"
        } catch {
            return "\(what): \(error)"
        }
    }
}

/// The ends of a list of table positions; its links are kept beside the table.
struct IndexList {
    fileprivate(set) var first: Int32 = -1
    fileprivate(set) var last: Int32 = -1
    var isEmpty: Bool { first < 0 }
}

/// Links of lists over the positions of one table. A position is in one list at most.
struct IndexLinks {
    private var links: [(previous: Int32, next: Int32)] = []

    func next(after index: Int32) -> Int32 { links[Int(index)].next }

    mutating func append(_ index: Int32, to list: inout IndexList) {
        while links.count <= Int(index) { links.append((-1, -1)) }
        links[Int(index)] = (list.last, -1)
        if list.last >= 0 { links[Int(list.last)].next = index } else { list.first = index }
        list.last = index
    }

    mutating func remove(_ index: Int32, from list: inout IndexList) {
        let (previous, next) = links[Int(index)]
        if previous >= 0 { links[Int(previous)].next = next } else { list.first = next }
        if next >= 0 { links[Int(next)].previous = previous } else { list.last = previous }
        links[Int(index)] = (-1, -1)
    }
}

/// Entries that keep their position until they are removed; positions are used again.
struct Slab<Element> {
    private var elements: [Element] = []
    private var vacant: [Int32] = []

    var count: Int { elements.count - vacant.count }

    mutating func insert(_ element: Element) -> Int32 {
        if let index = vacant.popLast() {
            elements[Int(index)] = element
            return index
        }
        elements.append(element)
        return Int32(elements.count - 1)
    }

    /// `empty` takes the place, so that nothing that the entry held lives on.
    mutating func remove(_ index: Int32, leaving empty: Element) {
        elements[Int(index)] = empty
        vacant.append(index)
    }

    subscript(index: Int32) -> Element {
        @inline(__always) _read { yield elements[Int(index)] }
        @inline(__always) _modify { yield &elements[Int(index)] }
    }
}

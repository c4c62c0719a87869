import Foundation
import Testing

@testable import Workloads

/// One fixture tree for each runtime, in the form that the runtime writes.
@Suite struct RuntimeStateTests {
    @Test func runc() throws {
        let tree = try FixtureTree()
        try tree.process(812)
        try tree.write(
            "/run/runc/web/state.json",
            """
            {"id":"web","init_process_pid":812,"init_process_start":4242,"config":{"rootfs":"/b/rootfs",
            "capabilities":{"Bounding":["CAP_KILL"]},"mask_paths":["/proc/kcore"],
            "cgroups":{"path":"/web"},
            "labels":["bundle=/b","org.opencontainers.image.ref.name=nginx:1.22","app=shop=a"]},
            "cgroup_paths":{"":"/sys/fs/cgroup/unified/web","pids":"/sys/fs/cgroup/pids/web"}}
            """)
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.problems.isEmpty)
        var expected = ContainerInfo(id: "web", name: "web", runtime: .runc)
        expected.image = "nginx:1.22"
        expected.labels = ["org.opencontainers.image.ref.name": "nginx:1.22", "app": "shop=a"]
        expected.cgroupPath = "/web"
        expected.initPID = 812
        expected.bundle = "/b"
        expected.rootfs = "/b/rootfs"
        #expect(listing.containers == [expected])
    }

    /// What waited for its start is told of, and gets to its entry point a while later.
    @Test func runcThatStarts() throws {
        let tree = try FixtureTree()
        try tree.process(812)
        let state = #"""
            {"id":"web","init_process_pid":812,"init_process_start":4242,"config":{"rootfs":"/b"},
            "cgroup_paths":{"":"/sys/fs/cgroup/unified/web"}}
            """#
        try tree.write("/run/runc/web/state.json", state)
        let directory = ContainerDirectory(root: tree.root)
        #expect(directory.scan().containers.map(\.isStarting) == [false])
        try tree.write("/run/runc/web/exec.fifo", "")
        #expect(directory.scan().containers.map(\.awaitsStart) == [true])
        try FileManager.default.removeItem(atPath: tree.root + "/run/runc/web/exec.fifo")
        let started = directory.scan().containers
        #expect(started.map(\.awaitsStart) == [false] && started.map(\.isStarting) == [true])
    }

    @Test func containerdPodWithSandbox() throws {
        let tree = try FixtureTree()
        let id = longID("c1")
        let sandbox = longID("5a")
        let tasks = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/"
        let pod = "1b2c3d4e_5f60_7182_93a4_b5c6d7e8f901"
        let slice = "kubepods-burstable-pod\(pod).slice"
        try tree.write(
            tasks + id + "/config.json",
            """
            {"ociVersion":"1.1.0","process":{"args":["nginx"],"capabilities":{"bounding":["CAP_CHOWN"]}},
            "root":{"path":"rootfs"},"linux":{"cgroupsPath":"\(slice):cri-containerd:\(id)","maskedPaths":["/proc/kcore"]},
            "annotations":{"io.kubernetes.cri.container-name":"nginx","io.kubernetes.cri.container-type":"container",
            "io.kubernetes.cri.image-name":"docker.io/library/nginx@sha256:aa","io.kubernetes.cri.sandbox-id":"\(sandbox)",
            "io.kubernetes.cri.sandbox-name":"shop-7d4","io.kubernetes.cri.sandbox-namespace":"prod"}}
            """)
        try tree.write(tasks + id + "/init.pid", "77")
        try tree.write(
            tasks + sandbox + "/config.json",
            """
            {"annotations":{"io.kubernetes.cri.container-type":"sandbox","io.kubernetes.cri.sandbox-id":"\(sandbox)",
            "io.kubernetes.cri.sandbox-name":"shop-7d4","app":"shop"},"linux":{"cgroupsPath":"\(slice):cri-containerd:\(sandbox)"}}
            """)
        try tree.write(
            "/run/containerd/runc/k8s.io/\(id)/state.json",
            #"{"id":"\#(id)","init_process_pid":77,"init_process_start":9,"cgroup_paths":{}}"#)
        try tree.process(77, startTicks: 9, cgroup: "/elsewhere")
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.problems.isEmpty)
        let found = try listing.find("prod/shop-7d4/nginx")
        #expect(found.id == id)
        #expect(found.runtime == .containerd)
        #expect(found.image == "docker.io/library/nginx@sha256:aa")
        #expect(found.imageID == "sha256:aa")
        #expect(found.podName == "shop-7d4")
        #expect(found.podNamespace == "prod")
        #expect(found.labels == ["app": "shop"])
        #expect(found.initPID == 77)
        #expect(found.rootfs == tasks + id + "/rootfs")
        #expect(!found.privileged && !found.isPodSandbox)
        #expect(try listing.find("5a").isPodSandbox)
    }

    @Test func containerdPathsFromItsSpecification() throws {
        let tree = try FixtureTree()
        let id = longID("c2")
        let tasks = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/"
        let slice = "kubepods-burstable-pod1b2c3d4e_5f60_7182_93a4_b5c6d7e8f901.slice"
        try tree.write(
            tasks + id + "/config.json",
            #"{"linux":{"cgroupsPath":"\#(slice):cri-containerd:\#(id)"},"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}}"#
        )
        let found = try #require(ContainerDirectory(root: tree.root).scan().containers.first)
        #expect(
            found.cgroupPath
                == "/kubepods.slice/kubepods-burstable.slice/\(slice)/cri-containerd-\(id).scope")
        #expect(found.podID == "1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901")
        #expect(found.privileged)
        #expect(found.initPID == nil)
    }

    @Test func crio() throws {
        let tree = try FixtureTree()
        let id = longID("d1")
        let sandbox = longID("d5")
        let storage = "/run/containers/storage/overlay-containers/"
        let crio = "io.kubernetes.cri-o."
        try tree.write(
            storage + id + "/userdata/config.json",
            """
            {"root":{"path":"/var/lib/containers/storage/overlay/ab/merged"},
            "linux":{"cgroupsPath":"kubepods-podaaaaaaaa_bbbb_cccc_dddd_eeeeeeeeeeee.slice:crio:\(id)"},
            "annotations":{"\(crio)ContainerType":"container","\(crio)ImageName":"quay.io/a/b:1","\(crio)ImageRef":"f00d",
            "\(crio)SandboxID":"\(sandbox)","\(crio)KubeName":"pod-1","\(crio)Namespace":"ns","io.container.manager":"cri-o",
            "io.kubernetes.container.name":"app","io.kubernetes.pod.uid":"uid-1",
            "\(crio)Labels":"{\\"io.kubernetes.container.name\\":\\"app\\",\\"tier\\":\\"web\\"}"}}
            """)
        try tree.write(
            storage + id + "/userdata/state.json",
            #"{"ociVersion":"1.0.0","id":"\#(id)","status":"running","pid":31}"#)
        try tree.write(
            storage + sandbox + "/userdata/config.json",
            """
            {"annotations":{"\(crio)ContainerType":"sandbox","io.kubernetes.container.name":"POD",
            "\(crio)Labels":"{\\"app\\":\\"shop\\"}","\(crio)SandboxID":"\(sandbox)"}}
            """)
        try tree.process(31)
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.problems.isEmpty)
        let found = try listing.find("app")
        #expect(found.id == id)
        #expect(found.runtime == .crio)
        #expect(found.image == "quay.io/a/b:1")
        #expect(found.imageID == "f00d")
        #expect(found.podID == "uid-1")
        #expect(found.podName == "pod-1")
        #expect(found.podNamespace == "ns")
        #expect(found.labels["tier"] == "web")
        #expect(found.labels["app"] == "shop")
        #expect(found.initPID == 31)
        #expect(
            found.cgroupPath == "/kubepods.slice/"
                + "kubepods-podaaaaaaaa_bbbb_cccc_dddd_eeeeeeeeeeee.slice/crio-\(id).scope")
    }

    @Test func docker() throws {
        let tree = try FixtureTree()
        let id = longID("e1")
        // As on machines that keep Docker's data on another disk.
        try tree.link("/var/lib/docker", to: "/data/docker")
        try tree.write(
            "/data/docker/containers/\(id)/config.v2.json",
            """
            {"StreamConfig":{},"State":{"Running":true,"Paused":false,"Pid":900,"ExitCode":0},"ID":"\(id)",
            "Config":{"Hostname":"e1","Image":"redis:7","Labels":{"com.docker.compose.service":"cache"}},
            "Image":"sha256:beef","Name":"/cache"}
            """)
        try tree.write(
            "/data/docker/containers/\(id)/hostconfig.json",
            #"{"Privileged":true,"CgroupParent":""}"#)
        try tree.process(900, cgroup: "/system.slice/docker-\(id).scope/init")
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.problems.isEmpty)
        let found = try listing.find("cache")
        #expect(found.runtime == .docker)
        #expect(found.image == "redis:7")
        #expect(found.imageID == "sha256:beef")
        #expect(found.labels == ["com.docker.compose.service": "cache"])
        #expect(found.privileged)
        #expect(found.initPID == 900)
        #expect(found.cgroupPath == "/system.slice/docker-\(id).scope")
    }

    @Test func podmanWithCrun() throws {
        let tree = try FixtureTree()
        let id = longID("f1")
        let storage = "/var/lib/containers/storage/overlay-containers/"
        try tree.write(
            storage + "containers.json",
            """
            [{"id":"\(id)","names":["db"],"image":"cafe","layer":"l",
            "metadata":"{\\"image-name\\":\\"docker.io/library/postgres:16\\",\\"image-id\\":\\"cafe\\",\\"name\\":\\"db\\"}","created":"2026-01-01T00:00:00Z"}]
            """)
        try tree.write(
            storage + id + "/userdata/config.json",
            #"{"annotations":{"io.container.manager":"libpod","team":"data"},"linux":{"cgroupsPath":"machine.slice:libpod:\#(id)"}}"#
        )
        try tree.write(
            "/run/crun/\(id)/status",
            #"{"pid":55,"process-start-time":5,"cgroup-path":"machine.slice/libpod-\#(id).scope","rootfs":"/m","bundle":"/bu"}"#
        )
        try tree.process(55, startTicks: 5)
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.problems.isEmpty)
        let found = try listing.find("db")
        #expect(found.runtime == .podman)
        #expect(found.image == "docker.io/library/postgres:16")
        #expect(found.imageID == "cafe")
        #expect(found.labels == ["team": "data"])
        #expect(found.initPID == 55)
        #expect(found.cgroupPath == "/machine.slice/libpod-\(id).scope")
        #expect(found.rootfs == "/m")
    }

    @Test func aPidThatAnotherProcessHasNowIsNotTheContainers() throws {
        let tree = try FixtureTree()
        try tree.process(12, startTicks: 100)
        try tree.write(
            "/run/runc/old/state.json",
            #"{"id":"old","init_process_pid":12,"init_process_start":99,"cgroup_paths":{"":"/sys/fs/cgroup/old"}}"#
        )
        let found = try ContainerDirectory(root: tree.root).scan().find("old")
        #expect(found.initPID == nil)
        #expect(found.cgroupPath == "/old")
    }
}

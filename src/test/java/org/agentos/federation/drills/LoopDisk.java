package org.agentos.federation.drills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own whose power can be cut: an ext4 file system in an image file behind a loop device. The image holds what the
 * kernel has written to the device; what is only in the page cache is not in it.
 */
final class LoopDisk implements AutoCloseable {
    /**
     * Ends a mounted ext4 at once: {@code EXT4_IOC_SHUTDOWN} with {@code EXT4_GOING_FLAGS_NOLOGFLUSH}, as the kernel's own tests of
     * crashes do (fs/ext4/ext4.h).
     */
    private static final String END_AT_ONCE = "open(my $root, '<', $ARGV[0]) or die \"$!\\n\";"
            + " my $flags = pack('L', 2);"
            + " ioctl($root, 0x8004587d, $flags) or die \"$!\\n\";";

    private final String device;
    private final Path root;

    private LoopDisk(String device, Path root) {
        this.device = device;
        this.root = root;
    }

    /**
     * Makes a disk and mounts it.
     *
     * @throws IOException where that needs rights, devices or programs that are not there
     */
    static LoopDisk make(Path image, long bytes) throws IOException, InterruptedException {
        Shell.must("perl", "-e", "exit 0");
        Shell.must("truncate", "-s", Long.toString(bytes), image.toString());
        Shell.must("mkfs.ext4", "-q", "-F", image.toString());
        Path root = Files.createDirectories(image.resolveSibling(image.getFileName() + ".mounted"));
        LoopDisk disk = new LoopDisk(Shell.must("losetup", "--find", "--show", image.toString()), root);
        try {
            disk.mount();
        } catch (IOException e) {
            disk.detach();
            throw e;
        }
        return disk;
    }

    Path root() {
        return root;
    }

    /**
     * Cuts the power: from this moment on nothing more is written to the image, and every use of a file fails. What was not
     * written by then is lost.
     */
    void cut() throws IOException, InterruptedException {
        Shell.must("perl", "-e", END_AT_ONCE, root.toString());
    }

    /** After a cut, when nobody has a file open any more: mounts what the image holds; the file system's own recovery runs. */
    void mountAgain() throws IOException, InterruptedException {
        unmount();
        mount();
    }

    private void mount() throws IOException, InterruptedException {
        Shell.must("mount", device, root.toString());
    }

    private void unmount() throws IOException, InterruptedException {
        Shell.must("umount", root.toString());
    }

    private void detach() throws IOException, InterruptedException {
        Shell.must("losetup", "--detach", device);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        unmount();
        detach();
    }
}

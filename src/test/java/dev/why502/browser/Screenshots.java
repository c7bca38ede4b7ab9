package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Pictures for the documents; without {@code -Dwhy502.screenshots=true} they land in target. */
final class Screenshots {
  static final boolean KEPT = Boolean.getBoolean("why502.screenshots");

  private static final long MAX_BYTES = 200 * 1024;
  private static final double MAX_HEIGHT = 1_600;
  private static final int COLOURS = 256;

  private Screenshots() {}

  /**
   * Where the pictured site lives: a reader of the documents need not see a name made by chance.
   */
  static Path home(Path directory) throws IOException {
    if (!KEPT) {
      return directory;
    }
    Path shop = Path.of(System.getProperty("java.io.tmpdir"), "shop");
    if (Files.exists(shop)) {
      try (Stream<Path> all = Files.walk(shop)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
    return Files.createDirectories(shop);
  }

  /** The page down to the end of its probes. */
  static void take(Chromium.Window window, String name) throws Exception {
    Path directory = Path.of(KEPT ? "src/docs/images" : "target/screenshots");
    Files.createDirectories(directory);
    Path file = directory.resolve(name + ".png");
    Page.ScreenshotOptions options = new Page.ScreenshotOptions().setFullPage(true);
    if (window.page.locator("#incidents").count() > 0) {
      double end = window.page.locator("#incidents").boundingBox().y;
      options.setClip(0, 0, window.page.viewportSize().width, Math.min(end, MAX_HEIGHT));
    }
    byte[] whole = window.page.screenshot(options);
    ImageIO.write(reduced(ImageIO.read(new ByteArrayInputStream(whole))), "png", file.toFile());
    assertTrue(Files.size(file) < MAX_BYTES, file + " has " + Files.size(file) + " bytes");
  }

  /** With the most frequent colours, of which a page has few: half the size, and looks the same. */
  private static BufferedImage reduced(BufferedImage image) {
    Map<Integer, Integer> counts = new HashMap<>();
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int pixel : pixels) {
      counts.merge(pixel & 0xffffff, 1, Integer::sum);
    }
    List<Integer> palette =
        counts.entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry<Integer, Integer>::getValue).reversed())
            .limit(COLOURS)
            .map(Map.Entry::getKey)
            .toList();
    int[] colours = new int[COLOURS];
    for (int i = 0; i < palette.size(); i++) {
      colours[i] = palette.get(i);
    }
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, COLOURS, colours, 0, false, -1, 0));
    byte[] indices = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
    Map<Integer, Integer> nearest = new HashMap<>();
    for (int i = 0; i < pixels.length; i++) {
      indices[i] =
          nearest
              .computeIfAbsent(pixels[i] & 0xffffff, colour -> near(colour, palette))
              .byteValue();
    }
    return indexed;
  }

  private static int near(int colour, List<Integer> palette) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.size(); i++) {
      int distance = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int part = ((colour >> shift) & 0xff) - ((palette.get(i) >> shift) & 0xff);
        distance += part * part;
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}

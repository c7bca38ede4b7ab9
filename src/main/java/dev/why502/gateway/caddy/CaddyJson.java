package dev.why502.gateway.caddy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.why502.evidence.Place;
import dev.why502.gateway.ByteText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads native JSON configuration, each object with the line on which it begins. */
final class CaddyJson {
  /** Stands for null, which maps and lists do not hold. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final int MAX_DEPTH = 256;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private CaddyJson() {}

  /**
   * What was read.
   *
   * @param root null when it is no JSON object
   * @param fault "file:line: message"
   */
  record Document(@Nullable CaddyNode root, @Nullable String fault) {}

  /**
   * @param sha256 of the file, or null where it is none
   */
  static Document read(String path, String text, @Nullable String sha256) {
    List<String> lines = List.of(text.split("\n", -1));
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Document(null, path + ":1: the configuration is no JSON object");
      }
      return new Document(new Reader(path, lines, sha256, parser).object(), null);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      return new Document(null, path + ":" + line + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("a string is read without input or output", e);
    }
  }

  private record Reader(
      String path, List<String> lines, @Nullable String sha256, JsonParser parser) {

    CaddyNode object() throws IOException {
      int line = Math.max(1, parser.currentTokenLocation().getLineNr());
      CaddyNode node = new CaddyNode(place(line, ""));
      String told = "";
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        Object value = value();
        node.put(name, value);
        if (name.equals("handler") || name.equals("dial") || name.equals("host")) {
          told = name + " " + value;
        }
      }
      if (lines.size() == 1 && !told.isEmpty()) {
        // All on one line, as Caddy keeps it: what it speaks of says more than the line.
        CaddyNode short_ = new CaddyNode(place(line, told));
        node.members().forEach(short_::put);
        return short_;
      }
      return node;
    }

    private Place place(int line, String told) {
      String text = told.isEmpty() && line <= lines.size() ? lines.get(line - 1).strip() : told;
      return new Place(
          path, line, lines.size() == 1 && told.isEmpty() ? "{" : masked(text), sha256);
    }

    private static String masked(String text) {
      return ByteText.bounded(CaddyText.secretHeader(text) ? "***" : text);
    }

    private Object value() throws IOException {
      return switch (parser.currentToken()) {
        case START_OBJECT -> object();
        case START_ARRAY -> {
          List<Object> list = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value());
          }
          yield list;
        }
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT ->
            parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? (Object) parser.getText()
                : (Object) parser.getLongValue();
        case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> NULL;
      };
    }
  }
}

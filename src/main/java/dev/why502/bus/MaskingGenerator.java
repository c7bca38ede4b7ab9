package dev.why502.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.WritableTypeId;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * Masks every text that passes through it: string values and the keys of maps. Names that stand in
 * our own code (record components, codes of enums, type names) arrive as serialized strings or type
 * ids and pass as they are: a secret that happens to read "down" must not garble a state.
 */
final class MaskingGenerator extends JsonGeneratorDelegate {
  private final UnaryOperator<String> mask;

  MaskingGenerator(JsonGenerator target, UnaryOperator<String> mask) {
    super(target, false);
    this.mask = mask;
  }

  @Override
  public void writeString(String text) throws IOException {
    delegate.writeString(text == null ? null : mask.apply(text));
  }

  @Override
  public void writeString(char[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length));
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    delegate.writeFieldName(mask.apply(name));
  }

  @Override
  public WritableTypeId writeTypePrefix(WritableTypeId typeId) throws IOException {
    return delegate.writeTypePrefix(typeId);
  }

  @Override
  public WritableTypeId writeTypeSuffix(WritableTypeId typeId) throws IOException {
    return delegate.writeTypeSuffix(typeId);
  }
}

using System.Text;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Writes event files byte by byte, without the code under test.</summary>
internal sealed class EventFileWriter
{
    private readonly List<byte> _file = [];

    public EventFileWriter() => Record([.. Double(1, 1.7e9), .. Bytes(3, "brain.Event:2"u8)]);

    public byte[] ToArray() => _file.ToArray();

    public EventFileWriter Scalar(long step, string tag, float value) => Value(step, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), 0x15, .. BitConverter.GetBytes(value)]);

    /// <summary>The form of TensorFlow 2: four bytes of a tensor, with the plugin's name on the first event of a tag.</summary>
    public EventFileWriter Tensor(long step, string tag, float value, string? plugin)
    {
        byte[] tensor = [0x08, 1, .. Bytes(4, BitConverter.GetBytes(value))];
        byte[] metadata = plugin is null ? [] : Bytes(9, Bytes(1, Bytes(1, Encoding.UTF8.GetBytes(plugin))));
        return Value(step, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Bytes(8, tensor), .. metadata]);
    }

    public EventFileWriter Histogram(long step, string tag, double minimum, double maximum, double count, double sum, double sumOfSquares) =>
        Value(step, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Bytes(5, [.. Double(1, minimum), .. Double(2, maximum), .. Double(3, count), .. Double(4, sum), .. Double(5, sumOfSquares)])]);

    /// <summary>A record without a number.</summary>
    public EventFileWriter Note(int length) => Record(Bytes(3, new byte[length]));

    private static byte[] Double(int field, double value) => [(byte)((field << 3) | 1), .. BitConverter.GetBytes(value)];

    private static byte[] Bytes(int field, ReadOnlySpan<byte> value) => [(byte)((field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }

    private EventFileWriter Value(long step, byte[] value) => Record([.. Double(1, 1.7e9 + step), 0x10, .. Varint((ulong)step), .. Bytes(5, Bytes(1, value))]);

    private EventFileWriter Record(byte[] payload)
    {
        byte[] length = BitConverter.GetBytes((ulong)payload.Length);
        _file.AddRange([.. length, .. BitConverter.GetBytes(Masked(length)), .. payload, .. BitConverter.GetBytes(Masked(payload))]);
        return this;
    }

    /// <summary>CRC-32C bit by bit.</summary>
    private static uint Masked(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }
}

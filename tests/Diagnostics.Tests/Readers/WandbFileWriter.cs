using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Writes the binary files of Weights and Biases byte by byte, without the code under test: blocks of 32 KiB, records in parts where a block ends.</summary>
internal sealed class WandbFileWriter
{
    private const int BlockSize = 32768;
    private const int HeaderSize = 7;

    private readonly List<byte> _file = [.. ":W&B"u8, 0xe8, 0xbe, 0];

    public byte[] ToArray() => _file.ToArray();

    /// <summary>Writes a row of the history: names with the JSON of their values; a slash in a name makes a nested one of it.</summary>
    public WandbFileWriter Row(long step, params ReadOnlySpan<(string Name, string Json)> values)
    {
        var history = new List<byte>();
        foreach (var (name, json) in values)
        {
            byte[] key = name.Contains('/', StringComparison.Ordinal) ? [.. name.Split('/').SelectMany(part => Bytes(2, Encoding.UTF8.GetBytes(part)))] : Bytes(1, Encoding.UTF8.GetBytes(name));
            history.AddRange(Bytes(1, [.. key, .. Bytes(16, Encoding.UTF8.GetBytes(json))]));
        }

        history.AddRange(Bytes(2, [8, .. Varint((ulong)step)]));
        Record(Bytes(2, history.ToArray()));
        return this;
    }

    private void Record(byte[] record)
    {
        int written = 0;
        do
        {
            int left = BlockSize - (_file.Count % BlockSize);
            if (left <= HeaderSize)
            {
                _file.AddRange(new byte[left]);
                continue;
            }

            int length = Math.Min(left - HeaderSize, record.Length - written);
            bool begins = written == 0;
            bool ends = written + length == record.Length;
            byte type = (byte)(begins && ends ? 1 : begins ? 2 : ends ? 4 : 3);
            byte[] part = [type, .. record.AsSpan(written, length)];
            byte[] header = new byte[6];
            BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32.HashToUInt32(part));
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)length);
            _file.AddRange(header);
            _file.AddRange(part);
            written += length;
        }
        while (written < record.Length);
    }

    private static byte[] Bytes(int field, ReadOnlySpan<byte> value) => [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        while (value > 127)
        {
            bytes.Add((byte)(value | 128));
            value >>= 7;
        }

        bytes.Add((byte)value);
        return bytes.ToArray();
    }
}

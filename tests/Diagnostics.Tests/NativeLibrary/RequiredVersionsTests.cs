using System.Buffers.Binary;
using CsCheck;
using TrainingDoctor.buildTransitive;

namespace TrainingDoctor.Tests.NativeLibrary;

public sealed class RequiredVersionsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private static (byte[] Image, Dictionary<string, int> Flags) Library { get; } = ElfLibrary.Requiring(
        ("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.34"]), ("libstdc++.so.6", ["GLIBCXX_3.4", Version, "CXXABI_1.3"]), ("libm.so.6", ["GLIBC_2.29"]));

    [Fact]
    public void MarksTheVersionAndNothingElse()
    {
        byte[] image = [.. Library.Image];

        Assert.Equal(1, RequiredVersions.Weaken(image, Version));

        Assert.Equal([Library.Flags[Version]], Differences(Library.Image, image));
        Assert.Equal(2, image[Library.Flags[Version]]);
    }

    [Fact]
    public void KeepsOtherFlags()
    {
        byte[] image = [.. Library.Image];
        image[Library.Flags[Version]] = 1;

        RequiredVersions.Weaken(image, Version);

        Assert.Equal(3, image[Library.Flags[Version]]);
    }

    [Fact]
    public void ChangesNothingTheSecondTime()
    {
        byte[] once = [.. Library.Image];
        RequiredVersions.Weaken(once, Version);
        byte[] twice = [.. once];

        RequiredVersions.Weaken(twice, Version);

        Assert.Equal(once, twice);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.3")]
    [InlineData("GLIBCXX_3.4.320")]
    [InlineData("GLIBCXX_3.4.31")]
    public void LeavesALibraryWithoutTheVersionAlone(string version)
    {
        byte[] image = [.. Library.Image];

        Assert.Equal(0, RequiredVersions.Weaken(image, version));
        Assert.Equal(Library.Image, image);
    }

    [Fact]
    public void AcceptsALibraryWithoutSections()
    {
        byte[] image = [.. Library.Image];
        image.AsSpan(60, 2).Clear();

        Assert.Equal(0, RequiredVersions.Weaken(image, Version));
    }

    public static TheoryData<string, byte[], string> Damaged => new()
    {
        { "empty", [], "expected a 64-bit little-endian ELF file" },
        { "text", "#!/bin/sh\n"u8.ToArray(), "expected a 64-bit little-endian ELF file" },
        { "32-bit", With(image => image[4] = 1), "expected a 64-bit little-endian ELF file" },
        { "big-endian", With(image => image[5] = 2), "expected a 64-bit little-endian ELF file" },
        { "cut before the section headers", Library.Image[..^190], "points outside the file" },
        { "short section headers", With(image => image[58] = 40), "section headers of 40 bytes are too short" },
        { "section headers outside", With(image => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(40), long.MaxValue)), "offset 40 points outside the file" },
        { "section headers before the file", With(image => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(40), -64)), "offset 40 points outside the file" },
        { "records outside", With(image => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(ElfLibrary.NeedHeader(image) + 24), 1 << 30)), "points outside the file" },
        { "names in no section", With(image => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(ElfLibrary.NeedHeader(image) + 40), 9)), "links to section 9 of 3" },
        { "more records than there are", With(image => image[ElfLibrary.NeedHeader(image) + 44] = 4), "ends early" },
        { "a loop of records", With(image => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(ElfLibrary.NeedHeader(image) + 44), uint.MaxValue)), "ends early" },
        { "more entries than there are", With(image => image[Library.Flags["GLIBC_2.2.5"] - 4 - 14] = 9), "ends early" },
        { "an entry outside", With(image => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(Library.Flags["GLIBCXX_3.4"] + 8), 1 << 24)), "points outside the file" },
        { "a name outside", With(image => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(Library.Flags["GLIBCXX_3.4"] + 4), 1 << 24)), "points outside the file" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void SaysWhatIsWrongWithADamagedFile(string name, byte[] image, string message)
    {
        _ = name;
        var exception = Assert.Throws<InvalidDataException>(() => RequiredVersions.Weaken([.. image], Version));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NeverFailsOtherwiseOnAnyDamage()
    {
        var damage = Gen.Select(Gen.Int[0, Library.Image.Length - 1], Gen.Byte).Array[1, 6];
        Gen.Select(damage, Gen.Int[0, Library.Image.Length]).Sample(
            (bytes, length) =>
            {
                byte[] image = [.. Library.Image];
                foreach (var (at, value) in bytes)
                {
                    image[at] = value;
                }

                image = image[..length];
                byte[] before = [.. image];
                try
                {
                    int entries = RequiredVersions.Weaken(image, Version);
                    Assert.True(entries > 0 || before.AsSpan().SequenceEqual(image));
                }
                catch (InvalidDataException)
                {
                }
            },
            iter: 20_000);
    }

    private static byte[] With(Action<byte[]> damage)
    {
        byte[] image = [.. Library.Image];
        damage(image);
        return image;
    }

    private static int[] Differences(byte[] left, byte[] right) =>
        [.. Enumerable.Range(0, left.Length).Where(i => left[i] != right[i])];
}

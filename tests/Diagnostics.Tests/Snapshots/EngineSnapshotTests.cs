using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Text.RegularExpressions;
using CsCheck;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Tests.Snapshots;

/// <summary>Objects of every make, written and read again; and bytes that are no state of ours.</summary>
public sealed partial class EngineSnapshotTests
{
    private static readonly RuleSet Rules = RuleSet.Default;

    [Fact]
    public void IdentityAndCyclesAreKept()
    {
        var node = new Node { Name = "a" };
        node.Next = new Node { Name = "b", Next = node };

        var read = Again(new Box(node, node.Next, node));

        var first = Assert.IsType<Node>(read.Items[0]);
        Assert.Same(first, read.Items[2]);
        Assert.Same(first, first.Next!.Next);
        Assert.Same(first.Next, read.Items[1]);
        Assert.Equal(("a", "b"), (first.Name, first.Next.Name));
    }

    [Fact]
    public void AChainOfAHundredThousandIsNoDeepStack()
    {
        Node? chain = null;
        for (int i = 0; i < 100_000; i++)
        {
            chain = new Node { Name = "same", Next = chain };
        }

        int length = 0;
        for (var node = (Node?)Again(new Box(chain)).Items[0]; node is not null; node = node.Next)
        {
            length++;
        }

        Assert.Equal(100_000, length);
    }

    [Fact]
    public void ValuesAreExact()
    {
        object?[] values =
        [
            null, true, (byte)200, (sbyte)-3, short.MinValue, ushort.MaxValue, int.MinValue, uint.MaxValue, long.MinValue, long.MaxValue, ulong.MaxValue, 'ß', 1.1f, double.Epsilon, -0.0, 12.5m,
            Severity.Error, new DateTime(2026, 11, 30, 1, 2, 3, DateTimeKind.Utc), DateTimeOffset.FromUnixTimeSeconds(5).ToOffset(TimeSpan.FromHours(9)), TimeSpan.FromTicks(7), Guid.Parse("6b0d5e55-8a0c-4f3c-a6bc-6c6a8f2d8c11"),
            string.Empty, "plain", "語 🙂", "half a pair \uD83D", (1, "two", (double?)3), (int?)4, new KeyValuePair<string, int>("k", 1), typeof(Dictionary<string, Node>), CultureInfo.GetCultureInfo("de-DE"), CultureInfo.InvariantCulture,
        ];

        var read = Again(new Box(values));

        Assert.Equal(values, read.Items);
        Assert.Equal(values.Select(value => value?.GetType()), read.Items.Select(value => value?.GetType()));
        long bits = BitConverter.DoubleToInt64Bits((double)Again(new Box(BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234))).Items[0]!);
        Assert.Equal(0x7FF8_0000_0000_1234, bits);
    }

    [Fact]
    public void ArraysAndStructuresAreExact()
    {
        var read = Again(new Box(
            new double[] { 1, double.NaN, 0, double.NegativeInfinity, 0, 0 },
            new bool[] { true, false, true },
            new Severity[] { Severity.Info, Severity.Error },
            new (int Bin, long? Step, bool IsLast)[] { (1, null, true), (2, 3, false), default },
            new (string? Name, int Count)[] { ("x", 1), (null, 2) },
            new string?[] { "a", null },
            new object?[] { 1, "a", null },
            new int[][] { [1], [], null! },
            Array.Empty<long>()));

        Assert.Equal(new double[] { 1, double.NaN, 0, double.NegativeInfinity, 0, 0 }, read.Items[0]);
        Assert.Equal(new bool[] { true, false, true }, read.Items[1]);
        Assert.Equal(new Severity[] { Severity.Info, Severity.Error }, read.Items[2]);
        Assert.Equal(new (int, long?, bool)[] { (1, null, true), (2, 3, false), default }, read.Items[3]);
        Assert.Equal(new (string?, int)[] { ("x", 1), (null, 2) }, read.Items[4]);
        Assert.Equal(new string?[] { "a", null }, read.Items[5]);
        Assert.Equal(new object?[] { 1, "a", null }, read.Items[6]);
        Assert.Equal(new int[][] { [1], [], null! }, read.Items[7]);
        Assert.Same(Array.Empty<long>(), read.Items[8]);
    }

    [Fact]
    public void WhatPlacesByHashCodesIsFoundAgain()
    {
        var key = new Node { Name = "key" };
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["Zeta"] = 1, ["alpha"] = 2 };
        var pairs = new Dictionary<(Metric, string), List<int>> { [(Metric.Loss, "a")] = [1], [(Metric.Loss, "b")] = [2, 3] };
        var nodes = new Dictionary<Node, string> { [key] = "by reference" };
        var texts = new HashSet<string>(StringComparer.Ordinal) { "x", "y", "z" };
        var shared = new ConcurrentDictionary<string, int>(StringComparer.Ordinal) { ["c"] = 3 };
        var sorted = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["b"] = 2, ["a"] = 1 };

        var read = Again(new Box(names, pairs, nodes, texts, shared, sorted, key));

        Assert.Equal(names, (Dictionary<string, int>)read.Items[0]!);
        Assert.Equal(2, ((Dictionary<string, int>)read.Items[0]!)["ALPHA"]);
        Assert.Equal([2, 3], ((Dictionary<(Metric, string), List<int>>)read.Items[1]!)[(Metric.Loss, "b")]);
        Assert.Equal("by reference", ((Dictionary<Node, string>)read.Items[2]!)[(Node)read.Items[6]!]);
        Assert.Equal(texts, (HashSet<string>)read.Items[3]!);
        Assert.Contains("z", (HashSet<string>)read.Items[3]!);
        Assert.Equal(3, ((ConcurrentDictionary<string, int>)read.Items[4]!)["c"]);
        ((SortedDictionary<string, int>)read.Items[5]!).Add("aa", 3);
        Assert.Equal(["a", "aa", "b"], ((SortedDictionary<string, int>)read.Items[5]!).Keys);
    }

    /// <summary>The place of the next item would be that of the last removed, which no list of items tells.</summary>
    [Fact]
    public void ACollectionWithGapsIsRefused()
    {
        var gaps = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        gaps.Remove("a");

        Assert.Contains("removed", Assert.Throws<SnapshotException>(() => EngineSnapshot.Write(new Box(gaps), Rules)).Message, StringComparison.Ordinal);
        gaps.Clear();
        gaps.Add("c", 3);
        Assert.Equal(gaps, (Dictionary<string, int>)Again(new Box(gaps)).Items[0]!);
    }

    [Fact]
    public void FunctionsAreCalledOnWhatWasRead()
    {
        var counter = new Counter();
        Action counts = counter.Add;
        counts += () => counter.Add();
        Func<int, int> twice = static value => 2 * value;

        var read = Again(new Box(counts, counter, twice));
        ((Action)read.Items[0]!)();

        Assert.Equal(2, ((Counter)read.Items[1]!).Count);
        Assert.Equal(0, counter.Count);
        Assert.Equal(8, ((Func<int, int>)read.Items[2]!)(4));
    }

    [Fact]
    public void WhatAllRunsShareIsNotCopied()
    {
        var descriptor = RuleCatalog.All[0].Descriptor;

        var read = Again(new Box(descriptor, Rules.Rules[3].Rule, StringComparer.Ordinal, EqualityComparer<int>.Default, Comparer<string>.Default, ReferenceEqualityComparer.Instance));

        Assert.Same(descriptor, read.Items[0]);
        Assert.Same(Rules.Rules[3].Rule, read.Items[1]);
        Assert.Same(StringComparer.Ordinal, read.Items[2]);
        Assert.Same(EqualityComparer<int>.Default, read.Items[3]);
        Assert.Same(Comparer<string>.Default, read.Items[4]);
        Assert.Same(ReferenceEqualityComparer.Instance, read.Items[5]);
    }

    [Fact]
    public void FaultsLocksAndPatternsAreMadeAnew()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ScopeTable()[5]);
        var held = new Guarded();

        var read = Again(new Box(new InvalidOperationException("outer", fault), held, new Regex("a+", RegexOptions.IgnoreCase)));

        var outer = Assert.IsType<InvalidOperationException>(read.Items[0]);
        Assert.Equal("outer", outer.Message);
        Assert.Equal(fault.Message, Assert.IsType<ArgumentOutOfRangeException>(outer.InnerException).Message);
        Assert.Equal(5, ((Guarded)read.Items[1]!).Read(5));
        Assert.Matches((Regex)read.Items[2]!, "AAA");
    }

    public static TheoryData<string> Unwritable => ["stream", "thread", "task", "handle", "lazy", "grid", "frozen", "weak"];

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void WhatCannotBeWrittenIsNamedWithThePathToIt(string kind)
    {
        object thing = kind switch
        {
            "stream" => new MemoryStream(),
            "thread" => Thread.CurrentThread,
            "task" => new TaskCompletionSource().Task,
            "handle" => new nint[] { 5 },
            "lazy" => new Lazy<int>(() => 1),
            "grid" => new int[2, 2],
            "frozen" => System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }),
            _ => new WeakReference(this),
        };

        var refused = Assert.Throws<SnapshotException>(() => EngineSnapshot.Write(new Box(new Node { Name = "far", Payload = new Box(thing) }), Rules));

        Assert.Contains("root: Box > ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Payload", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFlippedBitOrAnEarlyEndIsRefused()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1, "two", new Dictionary<string, int> { ["three"] = 3 }), Rules);

        Assert.All(Enumerable.Range(0, snapshot.Length), at =>
        {
            byte[] flipped = [.. snapshot];
            flipped[at] ^= (byte)(1 << (at % 8));
            Assert.NotNull(Refusal(flipped));
            Assert.NotNull(Refusal(snapshot[..at]));
        });
        Assert.Null(Refusal(snapshot));
    }

    /// <summary>Damage that has the right checksum: whatever it says, the host goes on.</summary>
    [Fact]
    public void WhatIsTooLargeIsNotWritten()
    {
        var large = new Box(Enumerable.Range(0, 10_000).Select(i => 1.0 / i).ToArray());

        Assert.Contains("more than 60000 bytes", Assert.Throws<SnapshotException>(() => EngineSnapshot.Write(large, Rules, 60_000)).Message, StringComparison.Ordinal);
        Assert.NotEmpty(EngineSnapshot.Write(large, Rules, 100_000));
    }

    [Fact]
    public void AnotherFormatIsRefused()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1), Rules);
        snapshot[6]++;

        Assert.Contains("version 2", Refusal(Sign(snapshot)), StringComparison.Ordinal);
        Assert.Equal("it is no snapshot", Refusal([]));
        Assert.Equal("it is no snapshot", Refusal(new byte[100]));
    }

    [Fact]
    public void AnotherBuildIsRefused()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1), Rules);
        int at = snapshot.AsSpan().IndexOf(typeof(Box).Module.ModuleVersionId.ToByteArray());
        snapshot[at]++;

        Assert.Contains("another build of TrainingDoctor.Diagnostics.Tests", Refusal(Sign(snapshot)), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherRulesAreRefused()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1), Rules);
        var stricter = new RuleSet([Rules.Rules[0] with { Severity = Severity.Error }, .. Rules.Rules.Skip(1)]);

        Assert.Null(EngineSnapshot.Read<Box>(snapshot, stricter, out string? refusal));
        Assert.Equal("it is of other rules or options", refusal);
        Assert.NotNull(EngineSnapshot.Read<Box>(snapshot, RuleSet.Default, out _));
    }

    [Fact]
    public void AStateOfAnotherKindIsRefused() => Assert.Null(EngineSnapshot.Read<Node>(EngineSnapshot.Write(new Box(1), Rules), Rules, out _));

    private static Box Again(Box state)
    {
        byte[] snapshot = EngineSnapshot.Write(state, Rules);
        var read = EngineSnapshot.Read<Box>(snapshot, Rules, out string? refusal);
        Assert.Null(refusal);
        Assert.Equal(snapshot, EngineSnapshot.Write(read!, Rules));
        return read!;
    }

    private static string? Refusal(byte[] snapshot)
    {
        EngineSnapshot.Read<Box>(snapshot, Rules, out string? refusal);
        return refusal;
    }

    private static byte[] Sign(byte[] snapshot)
    {
        XxHash128.Hash(snapshot.AsSpan(0, snapshot.Length - 16)).CopyTo(snapshot, snapshot.Length - 16);
        return snapshot;
    }

    private sealed class Box(params object?[] items)
    {
        public object?[] Items { get; } = items;
    }

    private sealed class Node
    {
        public string? Name { get; init; }

        public Node? Next { get; set; }

        public object? Payload { get; init; }
    }

    private sealed class Counter
    {
        public int Count { get; private set; }

        public void Add() => Count++;
    }

    private sealed class Guarded
    {
        private readonly Lock _lock = new();

        public int Read(int value)
        {
            lock (_lock)
            {
                return value;
            }
        }
    }
}

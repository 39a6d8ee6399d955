using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Tests.Readers.Rows;

public sealed class ReadAheadTests
{
    private const int Many = 200;

    private readonly List<RowBatch> _taken = [];
    private int _told = -1;
    private int _read;
    private bool _isClosed;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BatchesComeInOrderAndWhatTheyTellIsKnownWhenTheyDo(bool isAhead)
    {
        int expected = 0;
        foreach (var batch in ReadAhead.Of(Batches(), isAhead, _taken.Add))
        {
            Assert.Equal(expected, _told);
            Assert.Equal(expected, batch[0][0].Value);
            Assert.Equal(expected, _taken.Count);
            expected++;
        }

        Assert.Equal(Many, expected);
        Assert.Equal(Many, _taken.Distinct().Count());
        Assert.True(_isClosed);
    }

    [Fact]
    public void AFaultComesBehindWhatWasReadBeforeIt()
    {
        int count = 0;

        var fault = Assert.Throws<IOException>(() =>
        {
            foreach (var batch in ReadAhead.Of(Batches(fault: 50), isAhead: true, _taken.Add))
            {
                Assert.Equal(count++, batch[0][0].Value);
            }
        });

        Assert.Equal("the disk is gone", fault.Message);
        Assert.Equal(50, count);
        Assert.True(_isClosed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void WhoeverStopsTakingEndsTheReading(int wanted)
    {
        Assert.Equal(wanted, ReadAhead.Of(Batches(), isAhead: true, _taken.Add).Take(wanted).Count());

        Assert.True(_isClosed);
        Assert.InRange(_read, wanted, Many / 2);
    }

    [Fact]
    public void AShortLogIsReadWhereItIsTaken()
    {
        int thread = Environment.CurrentManagedThreadId;

        Assert.All(ReadAhead.Of(Batches(many: 3), isAhead: true, _taken.Add), batch => Assert.Equal(thread, batch[0][1].Value));
    }

    private IEnumerable<RowBatch> Batches(int many = Many, int? fault = null)
    {
        try
        {
            for (int i = 0; i < many; i++)
            {
                int number = i;
                if (number == fault)
                {
                    throw new IOException("the disk is gone");
                }

                var batch = new RowBatch { Tells = () => _told = number };
                batch.Add(0, number);
                batch.Add(1, Environment.CurrentManagedThreadId);
                batch.EndRow();
                _read++;
                yield return batch;
            }
        }
        finally
        {
            _isClosed = true;
        }
    }
}

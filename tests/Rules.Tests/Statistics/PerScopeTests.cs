using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Statistics;

public sealed class PerScopeTests
{
    [Fact]
    public void KeepsValuesWhileItGrows()
    {
        var values = new PerScope<int>();
        for (int scope = 99; scope >= 0; scope--)
        {
            values[scope] = scope * scope;
        }

        Assert.All(Enumerable.Range(0, 100), scope => Assert.Equal(scope * scope, values[scope]));
        Assert.Equal(0, values[500]);
    }
}

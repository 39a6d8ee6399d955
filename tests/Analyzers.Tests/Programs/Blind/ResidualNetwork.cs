using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Residual;

// A residual network: blocks in lists and arrays, layers made too late.
internal class BasicBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private Module<Tensor, Tensor>? shortcut;

    public BasicBlock(long inputs, long outputs, long stride)
        : base(nameof(BasicBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        norm1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1);
        RegisterComponents();
        if (stride != 1 || inputs != outputs)
        {
            shortcut = Conv2d(inputs, outputs, 1, stride: stride); //! TD7004
        }
    }

    public override Tensor forward(Tensor input)
    {
        var h = functional.relu(norm1.forward(conv1.forward(input))); //! TD0002 TD0002
        h = conv2.call(h);
        return (h + (shortcut is null ? input : shortcut.call(input))).relu_();
    }
}

internal class ListOfBlocks : Module<Tensor, Tensor>
{
    private readonly List<BasicBlock> blocks = new(); //! TD7004
    private readonly Linear head = Linear(64, 10);

    public ListOfBlocks(int depth)
        : base(nameof(ListOfBlocks))
    {
        for (int i = 0; i < depth; i++)
        {
            blocks.Add(new BasicBlock(64, 64, 1));
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        foreach (var block in blocks)
        {
            input = block.call(input);
        }

        return head.call(input.mean(new long[] { 2, 3 }));
    }
}

internal class ArrayOfLayers : Module<Tensor, Tensor>
{
    private readonly Linear[] layers; //! TD7004

    public ArrayOfLayers(params long[] widths)
        : base(nameof(ArrayOfLayers))
    {
        layers = widths.Zip(widths.Skip(1), (a, b) => Linear(a, b)).ToArray();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.Aggregate(input, (h, layer) => functional.relu(layer.call(h)));
}

internal class DictionaryOfHeads : Module<Tensor, string, Tensor>
{
    private readonly Dictionary<string, Linear> heads; //! TD7004

    public DictionaryOfHeads()
        : base(nameof(DictionaryOfHeads))
    {
        heads = new Dictionary<string, Linear> { ["age"] = Linear(8, 1), ["income"] = Linear(8, 1) };
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, string task) => heads[task].call(input);
}

internal class Forgotten : Module<Tensor, Tensor>
{
    private readonly Linear inner = Linear(3, 3);

    public Forgotten() //! TD7004
        : base(nameof(Forgotten))
    {
    }

    public override Tensor forward(Tensor input) => inner.call(input);
}

internal class ForgottenPrimary(long width) : Module<Tensor, Tensor>("primary") //! TD7004
{
    private readonly Linear inner = Linear(width, width);

    public override Tensor forward(Tensor input) => inner.call(input);
}

// Healthy look-alikes.
internal class InModuleList : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> blocks;

    public InModuleList()
        : base(nameof(InModuleList))
    {
        var list = new List<Module<Tensor, Tensor>>();
        for (int i = 0; i < 4; i++)
        {
            list.Add(Linear(4, 4));
        }

        blocks = ModuleList(list.ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        foreach (var block in blocks)
        {
            input = functional.gelu(block.call(input));
        }

        return input;
    }
}

internal class RegisteredByHand : Module<Tensor, Tensor>
{
    private readonly List<Linear> layers = new();
    private readonly Linear last;

    public RegisteredByHand()
        : base(nameof(RegisteredByHand))
    {
        for (int i = 0; i < 3; i++)
        {
            var layer = Linear(4, 4);
            layers.Add(layer);
            register_module($"layer{i}", layer);
        }

        last = Linear(4, 1);
        register_module("last", last);
    }

    public override Tensor forward(Tensor input) => last.call(layers.Aggregate(input, (h, layer) => layer.call(h).relu()));
}

internal class OnlyFunctions : Module<Tensor, Tensor>
{
    private readonly double slope;

    public OnlyFunctions(double slope)
        : base(nameof(OnlyFunctions)) => this.slope = slope;

    public override Tensor forward(Tensor input) => functional.leaky_relu(input, slope);
}

internal abstract class Base : Module<Tensor, Tensor>
{
    protected Base(string name)
        : base(name)
    {
    }
}

internal class DerivedWithInitializers : Base
{
    private readonly Linear inner = Linear(2, 2);

    public DerivedWithInitializers()
        : base("derived") => RegisterComponents();

    public override Tensor forward(Tensor input) => inner.call(input);
}

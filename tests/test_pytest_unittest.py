"""Tests of unittest with the plugin, in real runs of pytest."""

import pytest

from tests.pytestruns import CONFTEST, ends, folder

pytest_plugins = ["pytester"]
__all__ = ["folder"]

TESTS = """
import unittest
import pytest

class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _wechat(self, wxkf):
        self.wechat = wxkf

    def test_finding(self):
        self.wechat.user().event("debug_demo")

    def test_finding_in_a_part(self):
        with self.subTest("a"):
            self.wechat.user().event("debug_demo")

    @unittest.expectedFailure
    def test_expected_to_fail(self):
        self.wechat.user().event("debug_demo")

    @unittest.expectedFailure
    def test_expected_to_fail_by_itself(self):
        self.wechat.user().event("debug_demo")
        self.fail("on purpose")

    @unittest.expectedFailure
    def test_expected_to_fail_and_right(self):
        self.wechat.user().text()

@unittest.expectedFailure
class TestAllExpected(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _wechat(self, wxkf):
        self.wechat = wxkf

    def test_finding(self):
        self.wechat.user().event("debug_demo")

class TestAsync(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _wechat(self, wxkf_async):
        self.wechat = wxkf_async

    async def test_right(self):
        async with self.wechat as wechat:
            assert (await wechat.user().text()).transferred

    @unittest.expectedFailure
    async def test_expected_to_fail(self):
        async with self.wechat as wechat:
            await wechat.user().event("debug_demo")
"""

#: Test -> how it ends.
ENDS = {
    "TestShop::test_finding": "FAILED",
    "TestShop::test_finding_in_a_part": "FAILED",
    "TestShop::test_expected_to_fail": "XFAIL",
    "TestShop::test_expected_to_fail_by_itself": "XFAIL",
    "TestShop::test_expected_to_fail_and_right": "FAILED",
    "TestAllExpected::test_finding": "XFAIL",
    "TestAsync::test_right": "PASSED",
    "TestAsync::test_expected_to_fail": "XFAIL",
}


def test_a_finding_is_a_failure_that_unittest_may_expect(folder: pytest.Pytester) -> None:
    folder.makeconftest(CONFTEST)
    folder.makepyfile(test_shop=TESTS)
    result = folder.runpytest_subprocess("-v")
    assert ends(result) == ENDS
    assert "Unexpected success" in "\n".join(result.outlines), "of the test that is right"
